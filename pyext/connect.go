package pyext

import (
	"encoding/json"

	"slipstream/jit"
	"slipstream/jit/codegen"
	"slipstream/pyext/image"
)

// The compiler is introduced to the border here, and to nothing else.
func init() { current = jit.NewService(image.Encode, configure).Bind() }

func configure(text json.RawMessage) (jit.Backend, error) {
	config, err := codegen.ReadConfig(text)
	if err != nil {
		return nil, err
	}
	return codegen.New(config, version), nil
}
