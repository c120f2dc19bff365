package npy

// Treatment says what the front end does with a name.
type Treatment uint8

// The treatments.
const (
	Leave  Treatment = iota // to Python
	Where                   // three-argument where
	Reduce                  // a reduction by Function.Ufunc
	Mean                    // sum divided by count
	Length                  // builtin len
	AbsOf                   // builtin abs: the absolute ufunc on arrays
)

// Function is a row: a function or method that is not a ufunc.
type Function struct {
	Treat Treatment
	Ufunc string // Reduce, Mean: the ufunc whose reduce is called
}

// functions are found by the qualified name under which NumPy (or builtins)
// publishes the object.
var functions = map[string]Function{
	"numpy.where":  {Where, ""},
	"numpy.sum":    {Reduce, "add"},
	"numpy.max":    {Reduce, "maximum"},
	"numpy.amax":   {Reduce, "maximum"},
	"numpy.min":    {Reduce, "minimum"},
	"numpy.amin":   {Reduce, "minimum"},
	"numpy.mean":   {Mean, "add"},
	"builtins.len": {Length, ""},
	"builtins.abs": {AbsOf, ""},
}

// methods of ndarray.
var methods = map[string]Function{
	"sum":  {Reduce, "add"},
	"max":  {Reduce, "maximum"},
	"min":  {Reduce, "minimum"},
	"mean": {Mean, "add"},
}

// FindFunction gives the row of a function by its qualified name.
func FindFunction(name string) Function { return functions[name] }

// FindMethod gives the row of an ndarray method.
func FindMethod(name string) Function { return methods[name] }

// Functions lists the names with rows, methods as "ndarray.name".
func Functions() []string {
	var names []string
	for name := range functions {
		names = append(names, name)
	}
	for name := range methods {
		names = append(names, "ndarray."+name)
	}
	return names
}
