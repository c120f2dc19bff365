package front

import (
	"fmt"
	"strconv"
	"strings"

	"slipstream/bytecode"
	"slipstream/jit/reason"
)

// This file is about import statements inside functions: of a module that is
// imported already they are a look-up in sys.modules, which the region relies
// on, as on nobody's having replaced __import__.

func (e *eval) importName(in *bytecode.Inst) *stop {
	vs := e.popN(2) // level, names
	names := vs[1]
	switch {
	case names.isNone() && strings.Contains(in.Name, "."):
		return refuse(reason.Opcode, "a submodule")
	case !names.isNone() && names.Kind != Tup:
		return refuse(reason.Opcode, "names that are not literal")
	}
	if s := e.plainImport(); s != nil {
		return s
	}
	modules, s := e.find(hostObject{path: []string{"sys", "modules"}})
	if s != nil {
		return s
	}
	name, s := e.absolute(in.Name, vs[0], names)
	if s != nil {
		return s
	}
	v, s := e.item(modules.ID, -1, name)
	if s != nil || v.Kind != Host || v.Desc.Kind != KindModule {
		return refuse(reason.Opcode, fmt.Sprintf("module %s is not imported yet, or is no plain module", in.Name))
	}
	e.gain(callGain)
	e.push(v)
	return nil
}

// absolute is the name of a module that is imported from the package that the function's
// module is in, or from one around it.
func (e *eval) absolute(name string, level, names Val) (string, *stop) {
	n, err := strconv.Atoi(level.Const.V)
	switch {
	case level.Kind != Const || level.Const.T != "int" || err != nil || n > 0 && names.isNone():
		return "", refuse(reason.Opcode, "a relative import")
	case n == 0:
		return name, nil
	}
	of, s := e.globalValue("__package__")
	if s != nil {
		return "", s
	}
	parts := strings.Split(of.Const.V, ".")
	if of.Kind != Const || of.Const.T != "str" || len(parts) < n || parts[0] == "" {
		return "", refuse(reason.Opcode, "a relative import")
	}
	parts = parts[:len(parts)-n+1]
	if name != "" {
		parts = append(parts, name)
	}
	return strings.Join(parts, "."), nil
}

// plainImport makes sure that the builtins of the function have the __import__ of Python's own.
func (e *eval) plainImport() *stop {
	const name = "__import__"
	var v Val
	var s *stop
	if e.inlined != nil && len(e.inlined.desc.Spaces) > 0 {
		v, s = e.item(e.inlined.desc.Spaces[1], -1, name)
	} else {
		a, err := e.asker.Ask(Question{Ask: "name", Name: name})
		if err != nil || a.Desc == nil || a.Where != "builtins" {
			return refuse(reason.Opcode, "another __import__")
		}
		v, s = e.factValue(Fact{Dict: e.hostDict("builtins"), Key: e.hostKey(name), Expect: -1, Fallback: -1, Name: name}, a.Desc)
	}
	if s == nil && (v.Kind != Host || v.Desc.Name != "builtins."+name) {
		s = refuse(reason.Opcode, "another __import__")
	}
	return s
}

// importFrom reads an attribute of the module on top, which stays.
func (e *eval) importFrom(in *bytecode.Inst) *stop {
	m := e.pop()
	if m.Kind != Host || m.Desc.Kind != KindModule {
		return refuse(reason.Opcode, "a name of something else than a module")
	}
	v, s := e.moduleAttribute(m.Desc, in.Name)
	if s != nil {
		return s
	}
	e.push(m)
	e.push(v)
	return nil
}
