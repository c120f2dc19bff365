package npy

import (
	"maps"
	"slices"
)

// Rows lists the operations of all tables, for those who measure or test every one.
func Rows() map[string][]string {
	calls := slices.DeleteFunc(slices.Sorted(maps.Keys(functions)), func(name string) bool {
		return functions[name].Treat == ErrState || functions[name].Treat == Limits // a statement, no values
	})
	return map[string][]string{
		"ufuncs":    slices.Sorted(maps.Keys(ufuncs)),
		"operators": slices.Sorted(maps.Keys(operators)),
		"unary":     slices.Sorted(maps.Keys(unaryOperators)),
		"functions": calls,
		"methods":   slices.Sorted(maps.Keys(methods)),
	}
}
