package pyext

/*
#include "api.h"
extern int64_t slip_table_address(void);
extern void slip_call(slip_job *job, int64_t begin, int64_t end);
*/
import "C"

import "time"

// Table returns the address of the C table of exported functions; the first
// word there is its ABI number. It lives as long as the process.
func Table() int64 { return int64(C.slip_table_address()) }

//export slipRun
func slipRun(job *C.slip_job) C.longlong {
	return C.longlong(runPieces(pieces(job)))
}

//export slipSubmit
func slipSubmit(job *C.slip_job) C.longlong {
	return C.longlong(jobs.submit(pieces(job)))
}

//export slipPoll
func slipPoll(id, microseconds C.longlong) C.longlong {
	return C.longlong(jobs.poll(int64(id), time.Duration(microseconds)*time.Microsecond))
}

//export slipCancel
func slipCancel(id C.longlong) { jobs.cancel(int64(id)) }

// pieces wraps a C job. The struct stays in C memory and belongs to the caller,
// who keeps it until the job is joined.
func pieces(job *C.slip_job) *work {
	return &work{
		items: int64(job.items),
		grain: max(int64(job.grain), 1),
		call:  func(begin, end int64) { C.slip_call(job, C.int64_t(begin), C.int64_t(end)) },
	}
}
