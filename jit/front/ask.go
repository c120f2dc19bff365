// Package front turns bytecode into SSA: it interprets the code of a function
// over abstract values, asks questions about live objects, and records as
// guards the facts it relied on. It stops at what it does not understand and
// says why. It imports bytecode, jit/ir, jit/npy and jit/reason.
package front

import (
	"encoding/json"

	"slipstream/bytecode"
	"slipstream/sched/kernel"
)

// Desc describes a live object as text. ID is the object's number in the job.
type Desc struct {
	Kind string `json:"k"`
	ID   int    `json:"id"`
	// Name is the qualified name under which the object is published:
	// "numpy.add", "numpy" for a module.
	Name string `json:"name,omitempty"`
	// DType is the short name of an array's or NumPy scalar's element type,
	// empty when it has none that is handled.
	DType string  `json:"dtype,omitempty"`
	Dims  []int64 `json:"dims,omitempty"`
	// Flags are those that an array has of C, F and W: its memory order, writeable.
	Flags *string `json:"flags,omitempty"`
	// Const is the value of None, bool, int, float, str and tuples of these.
	Const *bytecode.Const `json:"const,omitempty"`
	// Value is that of a NumPy scalar, where a Python literal has it.
	Value *bytecode.Const `json:"value,omitempty"`
	// Keys are those of a dict of a few texts.
	Keys []string `json:"keys,omitempty"`
	// Class is the number of an object's class.
	Class int `json:"class,omitempty"`
	NIn   int `json:"nin,omitempty"`
	NOut  int `json:"nout,omitempty"`
	// Why says what keeps the object from being handled.
	Why   string  `json:"why,omitempty"`
	Items []*Desc `json:"items,omitempty"`
	// Fields names the items of a named tuple.
	Fields []string `json:"fields,omitempty"`
}

// The kinds of objects.
const (
	KindArray    = "array"
	KindNpScalar = "npscalar"
	KindConst    = "const"
	KindModule   = "module"
	KindUfunc    = "ufunc"
	KindFunction = "function" // a published function or builtin, see Name
	KindIndexed  = "indexed"  // a published object that makes arrays of an index, see Name
	KindPython   = "python"   // a plain Python function, which may be inlined
	KindCached   = "cached"   // one whose results functools.lru_cache keeps
	KindClass    = "class"    // a class that is not published; Why, where its metaclass is its own
	KindOther    = "other"
	KindMissing  = "missing"
	KindTuple    = "tuple" // of Items: what a call gives; a list if that is its Name
	KindDType    = "dtype"
)

// Question is what the compiler asks about live objects.
type Question struct {
	Ask  string   `json:"ask"` // name, attr, code, nested, item, cell, part, form, cached, ufunc, digest, call, object, dtype, power, fold, unfused; processor, llvm
	Name string   `json:"name,omitempty"`
	ID   int      `json:"id"`
	In   []string `json:"in,omitempty"` // ufunc: dtype names, "int" and "float" for Python's
	// Path of attributes from an imported module, for object.
	Path   []string  `json:"path,omitempty"`
	Args   []CallArg `json:"args,omitempty"`
	Kw     []string  `json:"kw,omitempty"`     // names of the last Args
	Signed bool      `json:"signed,omitempty"` // digest: of negative numbers, too
	// Text is a module for llvm to compile, for In: triple, processor, features.
	Text string `json:"text,omitempty"`
}

// CallArg is an argument of a trial call: an array of ones (or zeros) of shape
// (1, ..., 1), a NumPy scalar (rank -1), a constant, object number Object-1 of
// the job, or a tuple, list or slice of items.
type CallArg struct {
	DType  string          `json:"dtype,omitempty"`
	Rank   int             `json:"rank"`
	Const  *bytecode.Const `json:"const,omitempty"`
	Object int             `json:"object,omitempty"`
	Zero   bool            `json:"zero,omitempty"`
	Tuple  bool            `json:"tuple,omitempty"`
	Type   string          `json:"type,omitempty"` // "list", "slice"
	Items  []CallArg       `json:"items,omitempty"`
}

// Answer is what comes back.
type Answer struct {
	Desc  *Desc    `json:"desc,omitempty"`
	Where string   `json:"where,omitempty"` // name: globals, builtins; power: the ufunc
	Sig   []string `json:"sig,omitempty"`   // ufunc: operand types, outputs last
	Loop  bool     `json:"loop,omitempty"`  // ufunc: NumPy has a plain inner loop for Sig; fold: its reductions are as known; unfused: so it is
	// Texts are triple, name and features of the processor, or an object in
	// hexadecimal.
	Texts []string `json:"texts,omitempty"`
	Error string   `json:"error,omitempty"`
	// Form is what a container holds.
	Form *FormDesc `json:"form,omitempty"`
	// Function is what the question code tells of a Python function.
	Function *FunctionDesc `json:"function,omitempty"`
}

// FormDesc tells of a list, or another container, what its items are: numbers of these types, side by side in tuples or
// one of several, or lists. Without types or lists it is empty.
type FormDesc struct {
	Kind     string    `json:"kind"`
	Keys     []string  `json:"keys,omitempty"`
	TupleKey bool      `json:"tuple_key,omitempty"`
	Types    []string  `json:"types,omitempty"`
	Tuple    bool      `json:"tuple,omitempty"`
	Inner    *FormDesc `json:"inner,omitempty"`
}

// FunctionDesc is a Python function that may be inlined. Numbers are those of
// objects of the job.
type FunctionDesc struct {
	Code json.RawMessage `json:"code"`
	// State is the tuple (code, defaults, keyword defaults, code to inline):
	// the function is as it was while its first three are the same.
	State    int     `json:"state"`
	Defaults []*Desc `json:"defaults"`
	// KwDefaults is the dict of defaults of arguments that go by keyword only.
	KwDefaults *int `json:"kwdefaults,omitempty"`
	// Spaces are its globals and builtins where they are not the caller's.
	Spaces []int `json:"spaces,omitempty"`
	Cells  []int `json:"cells,omitempty"`
	// Self: it is the function that asks.
	Self bool `json:"self,omitempty"`
}

// Asker answers questions.
type Asker interface {
	Ask(Question) (Answer, error)
}

func parseSig(names []string) ([]kernel.Type, bool) {
	sig := make([]kernel.Type, len(names))
	for i, n := range names {
		t, ok := kernel.ParseType(n)
		if !ok {
			return nil, false
		}
		sig[i] = t
	}
	return sig, true
}
