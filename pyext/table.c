#include "_cgo_export.h"

/* cgo spells int64_t as long long, hence the casts. */
static const slip_go_api table = {
    SLIP_ABI,
    (int64_t (*)(slip_job *))slipRun,
    (int64_t (*)(slip_job *))slipSubmit,
    (int64_t (*)(int64_t, int64_t))slipPoll,
    (void (*)(int64_t))slipCancel,
};

int64_t slip_table_address(void) { return (int64_t)(intptr_t)&table; }

void slip_call(slip_job *job, int64_t begin, int64_t end) { job->call(job->argument, begin, end); }
