package jit

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"slipstream/jit/front"
	"slipstream/jit/internal/golden"
	"slipstream/sched"
	"slipstream/sched/kernel"
	"slipstream/sched/nest"
)

// addresses stands for a compiler of kernels.
type addresses struct{ last uintptr }

func (a *addresses) Kernel(*kernel.Kernel, front.Asker) (uintptr, bool, error) {
	a.last += 16
	return a.last, false, nil
}

func (a *addresses) Nest(*nest.Func, front.Asker) (uintptr, bool, error) { return a.Kernel(nil, nil) }

// newTextService makes a service whose images are the plans' texts.
func newTextService(t *testing.T) *Service {
	encode := func(p *sched.Plan, _ func(int) uintptr) ([]byte, error) { return []byte(p.Text()), p.Check() }
	s := NewService(encode, func(json.RawMessage) (Backend, error) { return &addresses{}, nil })
	reply := s.Start(`{"op":"configure","config":{}}`)
	if reply != `{"result":true}` {
		t.Fatal(reply)
	}
	return s
}

// reply is a response as the host reads it.
type reply struct {
	Job      int64           `json:"job"`
	Question json.RawMessage `json:"question"`
	Refused  json.RawMessage `json:"refused"`
	Bug      string          `json:"bug"`
	Result   struct {
		Fn      int64           `json:"fn"`
		Region  int             `json:"region"`
		Refusal json.RawMessage `json:"refusal"`
		GivenUp bool            `json:"given_up"`
		Report  *struct {
			Guards []string `json:"guards"`
			Exits  []string `json:"exits"`
		} `json:"report"`
		Entries []struct {
			Number  int    `json:"number"`
			Image   string `json:"image"`
			ExitMap []int  `json:"exit_map"`
		} `json:"entries"`
		Stubs []stub          `json:"stubs"`
		Patch json.RawMessage `json:"patch"`
		Trace struct {
			Dumps      []Dump     `json:"dumps"`
			Transcript []Exchange `json:"transcript"`
		} `json:"trace"`
	} `json:"result"`
}

func read(t *testing.T, text string) reply {
	t.Helper()
	var r reply
	if strings.Contains(text, `"result":true`) {
		return r
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if r.Bug != "" {
		t.Fatal(r.Bug)
	}
	return r
}

// host answers questions from a transcript.
type host struct {
	t       *testing.T
	s       *Service
	answers map[string]json.RawMessage // by question
}

// learn takes the answers of one compilation in and gives its request.
func (h *host) learn(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines[1:] {
		var x struct{ Question, Answer json.RawMessage }
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			h.t.Fatal(err)
		}
		h.answers[h.key(x.Question)] = x.Answer
	}
	return lines[0]
}

// key is a question's text without differences of spelling.
func (h *host) key(question json.RawMessage) string {
	var q front.Question
	if err := json.Unmarshal(question, &q); err != nil {
		h.t.Fatal(err)
	}
	text, _ := json.Marshal(q)
	return string(text)
}

// compile sends a request and answers until the result comes.
func (h *host) compile(fn int64, request string) reply {
	h.t.Helper()
	text := h.s.Start(fmt.Sprintf(`{"op":"compile","fn":%d,"dump":true,"record":true,%s`, fn, request[1:]))
	for {
		r := read(h.t, text)
		if r.Question == nil {
			return r
		}
		answer, ok := h.answers[h.key(r.Question)]
		if !ok {
			h.t.Fatalf("no answer to %s: record it again (see testdata/make.py)", r.Question)
		}
		text = h.s.Answer(r.Job, string(answer))
	}
}

// checkRecord wants the result's own transcript to say what was said.
func (h *host) checkRecord(transcript []Exchange) {
	for _, x := range transcript {
		q, _ := json.Marshal(x.Question)
		var want front.Answer
		if err := json.Unmarshal(h.answers[h.key(q)], &want); err != nil || !sameText(x.Answer, want) {
			h.t.Errorf("the record of %s differs: %v", q, err)
		}
	}
}

// sameText compares as JSON: code objects are kept as they are spelled.
func sameText(a, b front.Answer) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// summary is what a compilation came to, as text.
func summary(t *testing.T, r reply) string {
	var b strings.Builder
	fmt.Fprintf(&b, "region %d\n", r.Result.Region)
	if r.Refused != nil {
		fmt.Fprintf(&b, "refused %s\n", r.Refused)
	}
	if r.Result.Refusal != nil {
		fmt.Fprintf(&b, "refusal %s\n", r.Result.Refusal)
	}
	if rep := r.Result.Report; rep != nil {
		fmt.Fprintf(&b, "guards\n  %s\nexits\n  %s\n", strings.Join(rep.Guards, "\n  "), strings.Join(rep.Exits, "\n  "))
	}
	for _, s := range r.Result.Stubs {
		fmt.Fprintf(&b, "stub %d at %d args %v exits %d width %d direct %v\n", s.Region, s.PC, s.Args, s.Exits, s.Width, s.Direct)
	}
	for _, e := range r.Result.Entries {
		fmt.Fprintf(&b, "entry %d exits %v\n", e.Number, e.ExitMap)
		image, err := hex.DecodeString(e.Image)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := sched.Parse(string(image)); err != nil || p.Text() != string(image) {
			t.Errorf("the plan's text is not read back: %v\n%s", err, image)
		}
	}
	return b.String()
}

// replay compiles a recorded function once more.
func replay(t *testing.T, in map[string]string) []golden.Text {
	h := &host{t: t, s: newTextService(t), answers: map[string]json.RawMessage{}}
	opened := read(t, h.s.Start(`{"op":"open","code":`+in["code"]+`}`))
	if opened.Refused != nil {
		return []golden.Text{{Name: "refused", Text: string(opened.Refused) + "\n"}}
	}
	var out []golden.Text
	for n := 0; in[fmt.Sprintf("compile %d", n)] != ""; n++ {
		r := h.compile(opened.Result.Fn, h.learn(in[fmt.Sprintf("compile %d", n)]))
		out = append(out, golden.Text{Name: fmt.Sprintf("result %d", n), Text: summary(t, r)})
		for _, d := range r.Result.Trace.Dumps {
			if d.Name == "front" || d.Name == "plan" {
				out = append(out, golden.Text{Name: fmt.Sprintf("%s %d", d.Name, n), Text: d.Text})
			}
		}
		h.checkRecord(r.Result.Trace.Transcript)
	}
	return out
}

// Functions of every kind, compiled from what a real host answered: the
// texts of SSA and plan, refusals with their places, stubs and exits.
func TestTranscripts(t *testing.T) {
	golden.Run(t, "testdata/transcripts/*.txtar", func(t *testing.T, in map[string]string) []golden.Text {
		texts := replay(t, in)
		for i, again := range replay(t, in) {
			if again != texts[i] {
				t.Errorf("two compilations differ in %s", again.Name)
			}
		}
		return texts
	})
}
