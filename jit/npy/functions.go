package npy

// Treatment says what the front end does with a name.
type Treatment uint8

// The treatments.
const (
	Leave         Treatment = iota // to Python
	Where                          // three-argument where
	Reduce                         // a reduction by Function.Ufunc
	Mean                           // sum divided by count
	Spread                         // a deviation, which warns when there are no elements
	Length                         // builtin len
	AbsOf                          // builtin abs: the absolute ufunc on arrays
	Attribute                      // the array attribute Function.Attr
	OfTypes                        // its result follows from the types of the arguments
	Pure                           // NumPy's own code is called inside the region
	PureOfNumbers                  // the same, but only of numbers and arrays without axes
)

// Function is a row: a function or method that is not a ufunc.
//
// What Pure calls must have no effect, must report only through NumPy's error
// state (never by warnings.warn, whose place would be wrong), and must give a
// result whose type follows from the types of the arguments.
type Function struct {
	Treat Treatment
	Ufunc string // Reduce, Mean: the ufunc whose reduce is called
	Attr  string // Attribute
	// FirstAxis: reduces along axis 0 unless told otherwise.
	FirstAxis bool
	// Fresh: without keywords, an array result is new memory that nobody else
	// sees. Otherwise it may be an argument or a view of one.
	Fresh bool
	// Quiet: reports no floating-point errors.
	Quiet bool
	// Real: takes the real part of a complex argument, and warns of it by
	// warnings.warn.
	Real bool
}

// functions are found by the qualified name under which NumPy (or builtins)
// publishes the object.
var functions = map[string]Function{
	"numpy.where": {Treat: Where},

	"numpy.sum":            {Treat: Reduce, Ufunc: "add"},
	"numpy.prod":           {Treat: Reduce, Ufunc: "multiply"},
	"numpy.max":            {Treat: Reduce, Ufunc: "maximum"},
	"numpy.amax":           {Treat: Reduce, Ufunc: "maximum"},
	"numpy.min":            {Treat: Reduce, Ufunc: "minimum"},
	"numpy.amin":           {Treat: Reduce, Ufunc: "minimum"},
	"numpy.any":            {Treat: Reduce, Ufunc: "logical_or"},
	"numpy.all":            {Treat: Reduce, Ufunc: "logical_and"},
	"numpy.mean":           {Treat: Mean, Ufunc: "add"},
	"numpy.add.reduce":     {Treat: Reduce, Ufunc: "add", FirstAxis: true},
	"numpy.maximum.reduce": {Treat: Reduce, Ufunc: "maximum", FirstAxis: true},
	"numpy.minimum.reduce": {Treat: Reduce, Ufunc: "minimum", FirstAxis: true},
	"numpy.std":            {Treat: Spread},
	"numpy.var":            {Treat: Spread},

	"builtins.len": {Treat: Length},
	"builtins.abs": {Treat: AbsOf},
	"numpy.ndim":   {Treat: Attribute, Attr: "ndim"},
	"numpy.shape":  {Treat: Attribute, Attr: "shape"},
	"numpy.size":   {Treat: Attribute, Attr: "size"},

	"builtins.isinstance": {Treat: OfTypes},
	"numpy.isscalar":      {Treat: OfTypes},
	"numpy.iscomplexobj":  {Treat: OfTypes},
	"numpy.isrealobj":     {Treat: OfTypes},

	"builtins.float": {Treat: PureOfNumbers, Quiet: true, Real: true},
	"builtins.int":   {Treat: PureOfNumbers, Quiet: true, Real: true},
	"builtins.bool":  {Treat: PureOfNumbers, Quiet: true},
	"numpy.float64":  {Treat: Pure, Real: true},
	"numpy.float32":  {Treat: Pure, Real: true},
	"numpy.int64":    {Treat: Pure, Real: true},
	"numpy.int32":    {Treat: Pure, Real: true},
	"numpy.bool":     {Treat: Pure},

	"numpy.argmax":      {Treat: Pure, Quiet: true},
	"numpy.argmin":      {Treat: Pure, Quiet: true},
	"numpy.argsort":     {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.sort":        {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.cumsum":      {Treat: Pure, Fresh: true},
	"numpy.cumprod":     {Treat: Pure, Fresh: true},
	"numpy.dot":         {Treat: Pure, Fresh: true},
	"numpy.outer":       {Treat: Pure, Fresh: true},
	"numpy.clip":        {Treat: Pure},
	"numpy.round":       {Treat: Pure},
	"numpy.copy":        {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.zeros_like":  {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.ones_like":   {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.full_like":   {Treat: Pure, Fresh: true, Real: true},
	"numpy.zeros":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.ones":        {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.full":        {Treat: Pure, Fresh: true, Real: true},
	"numpy.ravel":       {Treat: Pure, Quiet: true},
	"numpy.reshape":     {Treat: Pure, Quiet: true},
	"numpy.transpose":   {Treat: Pure, Quiet: true},
	"numpy.swapaxes":    {Treat: Pure, Quiet: true},
	"numpy.expand_dims": {Treat: Pure, Quiet: true},
	"numpy.atleast_1d":  {Treat: Pure, Quiet: true},
	"numpy.atleast_2d":  {Treat: Pure, Quiet: true},
	"numpy.asarray":     {Treat: Pure, Quiet: true},
}

// methods of ndarray. NumPy's scalars have them, too.
var methods = map[string]Function{
	"sum":  {Treat: Reduce, Ufunc: "add"},
	"prod": {Treat: Reduce, Ufunc: "multiply"},
	"max":  {Treat: Reduce, Ufunc: "maximum"},
	"min":  {Treat: Reduce, Ufunc: "minimum"},
	"any":  {Treat: Reduce, Ufunc: "logical_or"},
	"all":  {Treat: Reduce, Ufunc: "logical_and"},
	"mean": {Treat: Mean, Ufunc: "add"},
	"std":  {Treat: Spread},
	"var":  {Treat: Spread},

	"astype":    {Treat: Pure, Fresh: true, Real: true},
	"copy":      {Treat: Pure, Fresh: true, Quiet: true},
	"flatten":   {Treat: Pure, Fresh: true, Quiet: true},
	"item":      {Treat: Pure, Quiet: true},
	"argmax":    {Treat: Pure, Quiet: true},
	"argmin":    {Treat: Pure, Quiet: true},
	"argsort":   {Treat: Pure, Fresh: true, Quiet: true},
	"cumsum":    {Treat: Pure, Fresh: true},
	"cumprod":   {Treat: Pure, Fresh: true},
	"dot":       {Treat: Pure, Fresh: true},
	"clip":      {Treat: Pure},
	"round":     {Treat: Pure},
	"ravel":     {Treat: Pure, Quiet: true},
	"reshape":   {Treat: Pure, Quiet: true},
	"transpose": {Treat: Pure, Quiet: true},
	"swapaxes":  {Treat: Pure, Quiet: true},
	"conj":      {Treat: Pure, Quiet: true},
	"conjugate": {Treat: Pure, Quiet: true},
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
