package pyext

import (
	"encoding/json"
	"testing"
)

type panicker struct{}

func (panicker) Start(string) string { panic("broken\xff") }
func (panicker) Answer(int64, string) string {
	var nothing []int
	return string(rune(nothing[len(nothing)]))
}
func (panicker) Close(int64) { panic(7) }

func TestPanicsBecomeReports(t *testing.T) {
	defer func(old service) { current = old }(current)
	current = panicker{}
	for name, text := range map[string]string{"start": Start(""), "answer": Answer(1, ""), "close": Close(1)} {
		var report struct{ Bug, Stack string }
		if err := json.Unmarshal([]byte(text), &report); err != nil {
			t.Fatalf("%s: %v in %q", name, err, text)
		}
		if report.Bug == "" || report.Stack == "" {
			t.Errorf("%s: incomplete report %q", name, text)
		}
	}
}

func TestRefuserRefuses(t *testing.T) {
	var none refuser
	if none.Start("{}") != refusal || none.Answer(1, "") != refusal {
		t.Error("the service without a compiler must refuse")
	}
	none.Close(1)
}

func TestTableHasAnAddress(t *testing.T) {
	if Table() == 0 {
		t.Error("Table() is 0")
	}
}
