// Package pyext is the border between CPython and the Go side of slipstream.
//
// gopy binds exactly the exported functions of this package into the extension
// module slipstream._core, so nothing else here may be exported. The verbs deal
// in integers and strings only: Go never sees a Python object and never takes
// the interpreter lock. They are the slow path (about 0.3 microseconds a call);
// what runs often goes through the C table of table.c instead.
package pyext

// version is the version of the Go side; setup.py sets it at link time so that
// a module left over from another build is recognised.
var version = "0.0.0"

// Version reports the version this module was built as.
func Version() string { return version }

// Start begins the compilation that request (JSON) describes and returns either
// its first question or its result, as JSON.
func Start(request string) string {
	return guarded(func() string { return current.Start(request) })
}

// Answer hands the answer (JSON) to the question a job stopped with, and
// returns its next question or its result.
func Answer(job int64, text string) string {
	return guarded(func() string { return current.Answer(job, text) })
}

// Close forgets a job and returns the empty text, or a report if even that
// failed. Closing an unknown or finished job does nothing. It returns something
// because gopy gives functions without a result one more argument.
func Close(job int64) string {
	return guarded(func() string { current.Close(job); return "" })
}
