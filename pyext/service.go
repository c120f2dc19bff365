package pyext

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// service is what the verbs delegate to: a compiler working by question and
// answer. Every text is JSON.
type service interface {
	Start(request string) string
	Answer(job int64, text string) string
	Close(job int64)
}

// current is set once, by an init function, before the first verb can be called.
var current service = refuser{}

// refuser is the service of a build without a compiler: all functions stay as
// they are.
type refuser struct{}

const refusal = `{"refused":{"reason":"no-compiler"}}`

func (refuser) Start(string) string         { return refusal }
func (refuser) Answer(int64, string) string { return refusal }
func (refuser) Close(int64)                 {}

// guarded turns a panic into a report. A panic that crossed into C would end
// the user's process; as a report it costs one function its compilation.
func guarded(work func() string) (text string) {
	defer func() {
		if cause := recover(); cause != nil {
			text = bugReport(cause, debug.Stack())
		}
	}()
	return work()
}

func bugReport(cause any, stack []byte) string {
	report, err := json.Marshal(map[string]string{
		"bug":   fmt.Sprint(cause),
		"stack": string(stack),
	})
	if err != nil {
		return `{"bug":"unprintable","stack":""}`
	}
	return string(report)
}
