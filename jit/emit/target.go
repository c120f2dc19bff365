// Package emit lowers kernels to LLVM IR text: explicit vectors, every
// floating-point operation through a constrained intrinsic, no absolute
// addresses and no external symbols, so that the flags are NumPy's and
// objects can be kept on disk. The text needs no IR passes, only code
// generation.
package emit

// Symbol is the name of the function in the emitted module.
const Symbol = "kernel"

// Target is the machine that code is generated for.
type Target struct {
	Triple   string // "x86_64-unknown-linux-gnu"
	CPU      string // LLVM's name
	Features string // LLVM's list: "+avx2,-avx512f"
	// Streaming stores bypass the caches: for outputs that no cache holds
	// until they are read. The caller then aligns every output element
	// `begin` to 64 bytes.
	Streaming bool
}
