package jit

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"slipstream/jit/front"
)

// talk makes a service with job 1, which asks one question and says where.
func talk(t *testing.T, ended *error) (*Service, string) {
	s := newTextService(t)
	j := newJob(1, func(j *job) response {
		a, err := j.Ask(front.Question{Ask: "name", Name: "np"})
		*ended = err
		return response{Result: a.Where}
	})
	s.jobs[1] = j
	return s, s.next(j)
}

func TestJobsAskAndAreAnswered(t *testing.T) {
	var err error
	s, asked := talk(t, &err)
	if want := `{"job":1,"question":{"ask":"name","name":"np","id":0}}`; asked != want {
		t.Errorf("%s, want %s", asked, want)
	}
	if got, want := s.Answer(1, `{"where":"globals"}`), `{"job":1,"result":"globals"}`; got != want || err != nil {
		t.Errorf("%s, want %s (%v)", got, want, err)
	}
	if got := s.Answer(1, `{}`); !strings.Contains(got, "unknown job") {
		t.Errorf("a job that has ended answers %s", got)
	}
}

// What a closed job holds it lets go of.
func TestClosedJobsEnd(t *testing.T) {
	var err error
	s, _ := talk(t, &err)
	s.Close(1)
	if !errors.Is(err, errClosed) {
		t.Errorf("the job ended with %v", err)
	}
	s.Close(1) // nothing is left to close
}

// A compilation that never has enough is answered no more, and ends.
func TestJobsAskSoManyQuestions(t *testing.T) {
	s := newTextService(t)
	j := newJob(1, func(j *job) response {
		for {
			if _, err := j.Ask(front.Question{Ask: "name", Name: "np"}); err != nil {
				return response{Result: err.Error()}
			}
		}
	})
	s.jobs[1] = j
	told := s.next(j)
	for range maxQuestions {
		told = s.Answer(1, `{}`)
	}
	if !strings.Contains(told, errQuestions.Error()) {
		t.Error(told)
	}
}

func TestJobsThatPanicAreReported(t *testing.T) {
	s := newTextService(t)
	s.jobs[1] = newJob(1, func(*job) response { panic("lost") })
	if got := s.next(s.jobs[1]); !strings.Contains(got, `"bug":"lost"`) {
		t.Error(got)
	}
}

// A coroutine that changed its thread would end the process.
func TestJobsStayWithTheirThread(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var err error
	s, _ := talk(t, &err)
	s.Bind()
	elsewhere := make(chan string)
	go func() {
		runtime.LockOSThread()
		elsewhere <- s.Answer(1, `{}`)
	}()
	if got := <-elsewhere; !strings.Contains(got, "the thread that began it") {
		t.Error(got)
	}
	if got := s.Answer(1, `{"where":"builtins"}`); !strings.Contains(got, "builtins") {
		t.Error(got)
	}
}
