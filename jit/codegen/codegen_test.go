package codegen

import (
	"encoding/json"
	"testing"
)

func TestLevel(t *testing.T) {
	for text, want := range map[string]int{`{}`: usualLevel, `{"level": null}`: usualLevel, `{"level": 0}`: 0, `{"level": 3}`: 3} {
		c, err := ReadConfig(json.RawMessage(text))
		if err != nil || c.level() != want {
			t.Errorf("%s: level %d, %v", text, c.level(), err)
		}
	}
}
