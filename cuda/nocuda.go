//go:build !cuda

// Package cuda reaches NVIDIA GPUs. Builds without the tag cuda carry only
// this file, so that go test needs neither headers nor a driver.
package cuda
