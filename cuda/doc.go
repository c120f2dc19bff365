// Package cuda reaches NVIDIA GPUs through gorgonia.org/cu. The tag cuda links
// it; builds without the tag need neither headers nor a driver and answer that
// there is no GPU.
package cuda
