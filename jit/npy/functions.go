package npy

import "strings"

// Treatment says what the front end does with a name.
type Treatment uint8

// The treatments.
const (
	Leave         Treatment = iota // to Python
	Where                          // three-argument where
	Reduce                         // a reduction by Function.Ufunc
	Mean                           // sum divided by count
	Spread                         // a deviation, which warns when there are no elements
	Clip                           // between two bounds
	Length                         // builtin len
	AbsOf                          // builtin abs: the absolute ufunc on arrays
	Attribute                      // the array attribute Function.Attr
	Limits                         // an object that tells the limits of a type
	Squeeze                        // the axes of length one, as they are in this call, are removed
	OfTypes                        // its result follows from the types of the arguments
	ErrState                       // a with statement of it is dissolved
	Pure                           // NumPy's own code is called inside the region
	PureOfNumbers                  // the same, but only of numbers and arrays without axes
	Convert                        // to another type by a plain cast, else as Pure
	Writes                         // NumPy's own code is called, which writes into the first argument
	GetAttr                        // getattr by a name that is known
	HasAttr                        // hasattr, the same
	Callable                       // whether a value can be called
	Iterator                       // over what is known item by item
	TupleOf                        // a tuple of items
	ListOf                         // a list of items
	DictOf                         // a dict of keywords, or of another dict
	SumOf                          // of items, one after the other
	IsInstance                     // isinstance, of classes that are known
	TypeOf                         // type of a value
	RangeOf                        // a range of known integers
	AnyOf                          // any or all of items
	SliceOf                        // a slice
)

// Operands are those that an executor's own function takes.
type Operands uint8

// The operands.
const (
	TwoArrays Operands = iota // of one type, with one or two axes
	LastAxis                  // an array, whose last of several axes is given
	OneAxis                   // an array of one axis, of floats or integers of 64 bits
	Ordered                   // an array of float64 and what is asked of it; NumPy's function is called for all else
	Binned                    // an array of numbers, and all parameters of histogram; the same
)

// Function is a row: a function or method that is not a ufunc.
//
// What Pure calls must have no effect, must report only through NumPy's error
// state (never by warnings.warn, whose place would be wrong), and must give a
// result whose type follows from the types of the arguments.
type Function struct {
	Treat Treatment
	Ufunc string // Reduce, Mean: the ufunc whose reduce is called; Spread: of its known steps, or none
	Attr  string // Attribute
	// LooksUp: when called, finds the ufunc by its name in numpy.
	LooksUp bool
	// FirstAxis: reduces along axis 0 unless told otherwise.
	FirstAxis bool
	// Fresh: unless told not to copy, an array result is new memory that nobody
	// else sees. Otherwise it may be an argument or a view of one.
	Fresh bool
	// Root: of Spread, the square root is taken.
	Root bool
	// Own is the executor's function of the same result, for what OwnOf says. It
	// raises where there is something to report.
	Own   string
	OwnOf Operands
	// Value is the place of the argument that Writes stores, and has the array's type
	// or is a number or list; 0: there is none. It raises before it has written anything.
	Value int
	// Converts: an array that Writes stores may be of another type of the same kind.
	Converts bool
	// At: Own is for one axis of floats, and integers are NumPy's, of which nothing is reported.
	At bool
	// Options are the keywords that Writes may be given.
	Options []string
	// Recipe is the function of slipstream._recipes that is read in its place where
	// that fits the arguments.
	Recipe string
	// Quiet: reports no floating-point errors, but where floats are converted to
	// integers that arguments behind the first are.
	Quiet bool
	// Multiplies: integers behind the first argument are multiplied as NumPy's scalars, which may overflow.
	Multiplies bool
	// Values: floats behind the first argument are compared or copied.
	Values bool
	// Out is the place of an argument to write into, which is not given; 0: there is none.
	Out int
	// Plain: has no other arguments than these, and none by keyword.
	Plain bool
	// Needs is the least number of arguments with which the types tell the rank.
	Needs int
	// Index: integers among the arguments are indices, for the trial call.
	Index bool
	// Itself: of an array with at least Itself-1 axes the result is that array,
	// unless another type is asked for; 0: never.
	Itself int
	// NoBool: warns of arrays of bools by warnings.warn.
	NoBool bool
}

// HandsOn says that the executor's function calls NumPy's, which may report, for what it does not know.
func (f Function) HandsOn() bool { return f.OwnOf == Ordered || f.OwnOf == Binned }

// functions are found by the qualified name under which NumPy (or builtins)
// publishes the object.
var functions = map[string]Function{
	"numpy.where": {Treat: Where},

	"numpy.sum":            {Treat: Reduce, Ufunc: "add", LooksUp: true},
	"numpy.prod":           {Treat: Reduce, Ufunc: "multiply", LooksUp: true},
	"numpy.max":            {Treat: Reduce, Ufunc: "maximum", LooksUp: true},
	"numpy.amax":           {Treat: Reduce, Ufunc: "maximum", LooksUp: true},
	"numpy.min":            {Treat: Reduce, Ufunc: "minimum", LooksUp: true},
	"numpy.amin":           {Treat: Reduce, Ufunc: "minimum", LooksUp: true},
	"numpy.any":            {Treat: Reduce, Ufunc: "logical_or", LooksUp: true},
	"numpy.all":            {Treat: Reduce, Ufunc: "logical_and", LooksUp: true},
	"numpy.mean":           {Treat: Mean, Ufunc: "add"},
	"numpy.add.reduce":     {Treat: Reduce, Ufunc: "add", FirstAxis: true},
	"numpy.maximum.reduce": {Treat: Reduce, Ufunc: "maximum", FirstAxis: true},
	"numpy.minimum.reduce": {Treat: Reduce, Ufunc: "minimum", FirstAxis: true},
	"numpy.std":            {Treat: Spread, Ufunc: "add", Root: true},
	"numpy.var":            {Treat: Spread, Ufunc: "add"},
	"numpy.median":         {Treat: Spread, Own: "median", OwnOf: Ordered},

	"numpy.errstate": {Treat: ErrState},

	"builtins.len": {Treat: Length},
	"builtins.abs": {Treat: AbsOf},
	"numpy.ndim":   {Treat: Attribute, Attr: "ndim"},
	"numpy.shape":  {Treat: Attribute, Attr: "shape"},
	"numpy.size":   {Treat: Attribute, Attr: "size"},

	"builtins.isinstance": {Treat: IsInstance},
	"builtins.type":       {Treat: TypeOf},
	"builtins.getattr":    {Treat: GetAttr},
	"builtins.hasattr":    {Treat: HasAttr},
	"builtins.callable":   {Treat: Callable},
	"builtins.map":        {Treat: Iterator},
	"builtins.zip":        {Treat: Iterator},
	"builtins.enumerate":  {Treat: Iterator},
	"builtins.reversed":   {Treat: Iterator},
	"builtins.tuple":      {Treat: TupleOf},
	"builtins.dict":       {Treat: DictOf},
	"builtins.list":       {Treat: ListOf},
	"builtins.sum":        {Treat: SumOf},
	"builtins.range":      {Treat: RangeOf},
	"builtins.any":        {Treat: AnyOf},
	"builtins.all":        {Treat: AnyOf},
	"builtins.slice":      {Treat: SliceOf},
	"builtins.issubclass": {Treat: OfTypes},
	"numpy.isdtype":       {Treat: OfTypes},
	"numpy.iterable":      {Treat: OfTypes},
	"numpy.dtype":         {Treat: OfTypes},
	"numpy.isscalar":      {Treat: OfTypes},
	"numpy.iscomplexobj":  {Treat: OfTypes},
	"numpy.isrealobj":     {Treat: OfTypes},

	"numpy.ma.core.isMaskedArray": {Treat: OfTypes},
	"numpy.issubdtype":            {Treat: OfTypes},
	"numpy.can_cast":              {Treat: OfTypes},
	"numpy.result_type":           {Treat: OfTypes},
	"numpy.promote_types":         {Treat: OfTypes},
	"numpy.finfo":                 {Treat: Limits},
	"numpy.iinfo":                 {Treat: Limits},

	// Of the larger of two types the result's depends on the values: the run looks.
	"builtins.max": {Treat: PureOfNumbers, Quiet: true, Plain: true, Needs: 2},
	"builtins.min": {Treat: PureOfNumbers, Quiet: true, Plain: true, Needs: 2},

	"builtins.float": {Treat: PureOfNumbers, Quiet: true},
	"builtins.int":   {Treat: PureOfNumbers, Quiet: true},
	"builtins.bool":  {Treat: PureOfNumbers, Quiet: true},
	"numpy.float64":  {Treat: Pure},
	"numpy.float32":  {Treat: Pure},
	"numpy.int64":    {Treat: Pure},
	"numpy.int32":    {Treat: Pure},
	"numpy.bool":     {Treat: Pure},

	// Python's own functions: they raise where NumPy's would report.
	"math.sqrt":     {Treat: PureOfNumbers, Quiet: true},
	"math.exp":      {Treat: PureOfNumbers, Quiet: true},
	"math.log":      {Treat: PureOfNumbers, Quiet: true},
	"math.log2":     {Treat: PureOfNumbers, Quiet: true},
	"math.log10":    {Treat: PureOfNumbers, Quiet: true},
	"math.log1p":    {Treat: PureOfNumbers, Quiet: true},
	"math.expm1":    {Treat: PureOfNumbers, Quiet: true},
	"math.sin":      {Treat: PureOfNumbers, Quiet: true},
	"math.cos":      {Treat: PureOfNumbers, Quiet: true},
	"math.tan":      {Treat: PureOfNumbers, Quiet: true},
	"math.asin":     {Treat: PureOfNumbers, Quiet: true},
	"math.acos":     {Treat: PureOfNumbers, Quiet: true},
	"math.atan":     {Treat: PureOfNumbers, Quiet: true},
	"math.sinh":     {Treat: PureOfNumbers, Quiet: true},
	"math.cosh":     {Treat: PureOfNumbers, Quiet: true},
	"math.tanh":     {Treat: PureOfNumbers, Quiet: true},
	"math.fabs":     {Treat: PureOfNumbers, Quiet: true},
	"math.degrees":  {Treat: PureOfNumbers, Quiet: true},
	"math.radians":  {Treat: PureOfNumbers, Quiet: true},
	"math.erf":      {Treat: PureOfNumbers, Quiet: true},
	"math.erfc":     {Treat: PureOfNumbers, Quiet: true},
	"math.gamma":    {Treat: PureOfNumbers, Quiet: true},
	"math.lgamma":   {Treat: PureOfNumbers, Quiet: true},
	"math.atan2":    {Treat: PureOfNumbers, Quiet: true},
	"math.hypot":    {Treat: PureOfNumbers, Quiet: true},
	"math.pow":      {Treat: PureOfNumbers, Quiet: true},
	"math.copysign": {Treat: PureOfNumbers, Quiet: true},
	"math.fmod":     {Treat: PureOfNumbers, Quiet: true},
	"math.floor":    {Treat: PureOfNumbers, Quiet: true},
	"math.ceil":     {Treat: PureOfNumbers, Quiet: true},
	"math.isnan":    {Treat: PureOfNumbers, Quiet: true},
	"math.isinf":    {Treat: PureOfNumbers, Quiet: true},
	"math.isfinite": {Treat: PureOfNumbers, Quiet: true},

	"math.asinh":      {Treat: PureOfNumbers, Quiet: true},
	"math.acosh":      {Treat: PureOfNumbers, Quiet: true},
	"math.cbrt":       {Treat: PureOfNumbers, Quiet: true},
	"math.exp2":       {Treat: PureOfNumbers, Quiet: true},
	"math.trunc":      {Treat: PureOfNumbers, Quiet: true},
	"math.gcd":        {Treat: PureOfNumbers, Quiet: true},
	"math.lcm":        {Treat: PureOfNumbers, Quiet: true},
	"math.comb":       {Treat: PureOfNumbers, Quiet: true},
	"math.perm":       {Treat: PureOfNumbers, Quiet: true},
	"math.isqrt":      {Treat: PureOfNumbers, Quiet: true},
	"math.ldexp":      {Treat: PureOfNumbers, Quiet: true},
	"math.remainder":  {Treat: PureOfNumbers, Quiet: true},
	"math.nextafter":  {Treat: PureOfNumbers, Quiet: true},
	"math.prod":       {Treat: Pure},
	"_operator.index": {Treat: PureOfNumbers, Quiet: true},

	// Numbers from numbers, of every type.
	"numpy.int8":       {Treat: Pure},
	"numpy.int16":      {Treat: Pure},
	"numpy.uint8":      {Treat: Pure},
	"numpy.uint16":     {Treat: Pure},
	"numpy.uint32":     {Treat: Pure},
	"numpy.uint64":     {Treat: Pure},
	"numpy.float16":    {Treat: Pure},
	"numpy.complex64":  {Treat: Pure},
	"numpy.complex128": {Treat: Pure},

	// Places and order. Comparing reports nothing.
	"numpy.argmax":        {Treat: Pure, Out: 2, Quiet: true, Fresh: true, Own: "argmax", OwnOf: LastAxis},
	"numpy.argmin":        {Treat: Pure, Out: 2, Quiet: true, Fresh: true, Own: "argmin", OwnOf: LastAxis},
	"numpy.argsort":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.sort":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.nonzero":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.flatnonzero":   {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.argwhere":      {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.searchsorted":  {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.lexsort":       {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.unique":        {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.bincount":      {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.digitize":      {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.isin":          {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.union1d":       {Treat: Pure, Fresh: true}, // a number is converted to the other's type
	"numpy.intersect1d":   {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.setdiff1d":     {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.take":          {Treat: Pure, Fresh: true, Quiet: true, Index: true, Out: 3},
	"numpy.compress":      {Treat: Pure, Fresh: true, Quiet: true, Values: true, Out: 3},
	"numpy.extract":       {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.count_nonzero": {Treat: Pure, Quiet: true, Values: true},
	"numpy.array_equal":   {Treat: Pure, Quiet: true, Values: true},

	// Arithmetic.
	"numpy.cumsum":              {Treat: Pure, Fresh: true, Out: 3, Own: "cumsum", OwnOf: OneAxis},
	"numpy.cumprod":             {Treat: Pure, Fresh: true, Out: 3, Own: "cumprod", OwnOf: OneAxis},
	"numpy.nancumsum":           {Treat: Pure, Fresh: true, Out: 3},
	"numpy.nansum":              {Treat: Pure, Fresh: true, Out: 3, Recipe: "nansum"},
	"numpy.nanprod":             {Treat: Pure, Fresh: true, Out: 3},
	"numpy.dot":                 {Treat: Pure, Fresh: true, Out: 2},
	"numpy.outer":               {Treat: Pure, Fresh: true, Out: 2, Recipe: "outer"},
	"numpy.matmul":              {Treat: Pure, Fresh: true, Out: 2, Own: "matmul"},
	"numpy.inner":               {Treat: Pure, Fresh: true},
	"numpy.vdot":                {Treat: Pure, Fresh: true},
	"numpy.tensordot":           {Treat: Pure, Fresh: true},
	"numpy.kron":                {Treat: Pure, Fresh: true},
	"numpy.trapezoid":           {Treat: Pure, Fresh: true, Recipe: "trapezoid"},
	"numpy.interp":              {Treat: Pure, Fresh: true},
	"numpy.convolve":            {Treat: Pure, Fresh: true},
	"numpy.correlate":           {Treat: Pure, Fresh: true},
	"numpy.polyval":             {Treat: Pure, Fresh: true},
	"numpy.angle":               {Treat: Pure, Fresh: true, Recipe: "angle"},
	"numpy.sinc":                {Treat: Pure, Fresh: true, Recipe: "sinc"},
	"numpy.einsum":              {Treat: Pure},
	"numpy.gradient":            {Treat: Pure, Recipe: "gradient"},
	"numpy.diff":                {Treat: Pure, Recipe: "diff"},
	"numpy.trace":               {Treat: Pure, Out: 5},
	"numpy.ptp":                 {Treat: Pure, Fresh: true, Out: 2, Recipe: "ptp"},
	"numpy.clip":                {Treat: Clip, Out: 3},
	"numpy.round":               {Treat: Pure, Out: 2, Recipe: "round"},
	"numpy.around":              {Treat: Pure, Out: 2, Recipe: "round"},
	"numpy.percentile":          {Treat: Pure, Out: 3, Own: "percentile", OwnOf: Ordered},
	"numpy.quantile":            {Treat: Pure, Out: 3, Own: "quantile", OwnOf: Ordered},
	"numpy.isposinf":            {Treat: Pure, Out: 1, Recipe: "isposinf"},
	"numpy.isneginf":            {Treat: Pure, Out: 1, Recipe: "isneginf"},
	"numpy.isreal":              {Treat: Pure},
	"numpy.iscomplex":           {Treat: Pure},
	"numpy.isclose":             {Treat: Pure, Out: 2, Plain: true, Recipe: "isclose"},
	"numpy.allclose":            {Treat: Pure, Out: 2, Plain: true, Recipe: "allclose"},
	"numpy.nan_to_num":          {Treat: Pure, Out: 1, Plain: true, Recipe: "nan_to_num"},
	"numpy.linalg.norm":         {Treat: Pure, Recipe: "norm"},
	"numpy.linalg.det":          {Treat: Pure},
	"numpy.linalg.inv":          {Treat: Pure},
	"numpy.linalg.solve":        {Treat: Pure},
	"numpy.linalg.matrix_power": {Treat: Pure},
	"numpy.linalg.cholesky":     {Treat: Pure},
	"numpy.linalg.eigvalsh":     {Treat: Pure},
	"numpy.fft.fft":             {Treat: Pure, Out: 4},
	"numpy.fft.ifft":            {Treat: Pure, Out: 4},
	"numpy.fft.rfft":            {Treat: Pure, Out: 4},
	"numpy.fft.irfft":           {Treat: Pure, Out: 4},
	"numpy.ufunc.outer":         {Treat: Pure, Fresh: true},
	"numpy.ufunc.reduce":        {Treat: Pure, Out: 3},
	"numpy.ufunc.accumulate":    {Treat: Pure, Out: 3},
	"numpy.ufunc.reduceat":      {Treat: Pure, Fresh: true, Index: true, Out: 4},

	"numpy.unwrap":             {Treat: Pure, Fresh: true, Recipe: "unwrap"},
	"numpy.ediff1d":            {Treat: Pure, Fresh: true},
	"numpy.histogram":          {Treat: Pure, Fresh: true, NoBool: true, Own: "histogram", OwnOf: Binned},
	"numpy.linalg.pinv":        {Treat: Pure},
	"numpy.linalg.matrix_rank": {Treat: Pure},
	"numpy.linalg.cond":        {Treat: Pure},
	"numpy.fft.fft2":           {Treat: Pure, Out: 4},
	"numpy.fft.ifft2":          {Treat: Pure, Out: 4},
	"numpy.fft.fftn":           {Treat: Pure, Out: 4},
	"numpy.fft.ifftn":          {Treat: Pure, Out: 4},
	"numpy.fft.fftfreq":        {Treat: Pure, Fresh: true},
	"numpy.fft.rfftfreq":       {Treat: Pure, Fresh: true},
	"numpy.fft.fftshift":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.fft.ifftshift":      {Treat: Pure, Fresh: true, Quiet: true},

	// They warn by warnings.warn: of vectors of two elements, of nothing at all or nothing but NaN.
	"numpy.cross":   {Treat: Leave, Recipe: "cross"},
	"numpy.nanmean": {Treat: Leave, Recipe: "nanmean"},
	"numpy.nanvar":  {Treat: Leave, Recipe: "nanvar"},
	"numpy.nanstd":  {Treat: Leave, Recipe: "nanstd"},
	"numpy.nanmax":  {Treat: Leave, Recipe: "nanmax"},
	"numpy.nanmin":  {Treat: Leave, Recipe: "nanmin"},
	"numpy.average": {Treat: Leave, Recipe: "average"},

	// New arrays.
	"numpy.insert":          {Treat: Pure, Fresh: true},
	"numpy.delete":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.partition":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.argpartition":    {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.vander":          {Treat: Pure, Fresh: true},
	"numpy.geomspace":       {Treat: Pure, Fresh: true},
	"numpy.hanning":         {Treat: Pure, Fresh: true},
	"numpy.hamming":         {Treat: Pure, Fresh: true},
	"numpy.blackman":        {Treat: Pure, Fresh: true},
	"numpy.bartlett":        {Treat: Pure, Fresh: true},
	"numpy.diagflat":        {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.take_along_axis": {Treat: Pure, Fresh: true, Quiet: true, Index: true},
	"numpy.copy":            {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.array":           {Treat: Pure, Fresh: true},
	"numpy.zeros_like":      {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.ones_like":       {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.empty_like":      {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.zeros":           {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.ones":            {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.empty":           {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.full_like":       {Treat: Pure, Fresh: true},
	"numpy.full":            {Treat: Pure, Fresh: true},
	"numpy.arange":          {Treat: Pure, Fresh: true},
	"numpy.eye":             {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.identity":        {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.linspace":        {Treat: Pure, Fresh: true, Out: 5},
	"numpy.logspace":        {Treat: Pure, Fresh: true, Out: 5},
	"numpy.meshgrid":        {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.tril":            {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.triu":            {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.roll":            {Treat: Pure, Fresh: true, Quiet: true, Recipe: "roll"},
	"numpy.repeat":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.tile":            {Treat: Pure, Fresh: true, Quiet: true, Multiplies: true},
	"numpy.pad":             {Treat: Pure, Fresh: true},
	"numpy.append":          {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"numpy.select":          {Treat: Pure, Fresh: true},
	"numpy.concatenate":     {Treat: Pure, Fresh: true, Quiet: true, Out: 2},
	"numpy.stack":           {Treat: Pure, Fresh: true, Quiet: true, Out: 2},
	"numpy.vstack":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.hstack":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.dstack":          {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.column_stack":    {Treat: Pure, Fresh: true, Quiet: true},

	// Called for what stands around them.
	"numpy.cumulative_sum":          {Treat: Pure, Fresh: true},
	"numpy.cumulative_prod":         {Treat: Pure, Fresh: true},
	"numpy.setxor1d":                {Treat: Pure, Fresh: true},
	"numpy.unique_values":           {Treat: Pure, Fresh: true},
	"numpy.unique_counts":           {Treat: Pure, Fresh: true},
	"numpy.unique_inverse":          {Treat: Pure, Fresh: true},
	"numpy.unique_all":              {Treat: Pure, Fresh: true},
	"numpy.tril_indices":            {Treat: Pure, Fresh: true},
	"numpy.triu_indices":            {Treat: Pure, Fresh: true},
	"numpy.tril_indices_from":       {Treat: Pure, Fresh: true},
	"numpy.triu_indices_from":       {Treat: Pure, Fresh: true},
	"numpy.tri":                     {Treat: Pure, Fresh: true},
	"numpy.indices":                 {Treat: Pure, Fresh: true},
	"numpy.mgrid":                   {Treat: Pure, Fresh: true}, // of an index, as those below
	"numpy.r_":                      {Treat: Pure, Fresh: true},
	"numpy.c_":                      {Treat: Pure, Fresh: true},
	"numpy.i0":                      {Treat: Pure, Fresh: true},
	"numpy.kaiser":                  {Treat: Pure, Fresh: true},
	"numpy.polyadd":                 {Treat: Pure, Fresh: true},
	"numpy.polysub":                 {Treat: Pure, Fresh: true},
	"numpy.polymul":                 {Treat: Pure, Fresh: true},
	"numpy.polydiv":                 {Treat: Pure, Fresh: true},
	"numpy.polyder":                 {Treat: Pure, Fresh: true},
	"numpy.polyint":                 {Treat: Pure, Fresh: true},
	"numpy.block":                   {Treat: Pure, Fresh: true},
	"numpy.sort_complex":            {Treat: Pure, Fresh: true},
	"numpy.array_equiv":             {Treat: Pure},
	"numpy.isfortran":               {Treat: Pure},
	"numpy.choose":                  {Treat: Pure, Fresh: true, Index: true, Out: 2},
	"numpy.ravel_multi_index":       {Treat: Pure, Fresh: true, Index: true},
	"numpy.unravel_index":           {Treat: Pure, Fresh: true, Index: true},
	"numpy.packbits":                {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.unpackbits":              {Treat: Pure, Fresh: true, Quiet: true},
	"numpy.nanargmax":               {Treat: Pure, Fresh: true, Out: 2},
	"numpy.nanargmin":               {Treat: Pure, Fresh: true, Out: 2},
	"numpy.nancumprod":              {Treat: Pure, Fresh: true, Out: 3},
	"numpy.resize":                  {Treat: Pure},
	"numpy.trim_zeros":              {Treat: Pure},
	"numpy.ix_":                     {Treat: Pure},
	"numpy.matrix_transpose":        {Treat: Pure, Quiet: true},
	"numpy.split":                   {Treat: Pure, Quiet: true},
	"numpy.array_split":             {Treat: Pure, Quiet: true},
	"numpy.hsplit":                  {Treat: Pure, Quiet: true},
	"numpy.vsplit":                  {Treat: Pure, Quiet: true},
	"numpy.dsplit":                  {Treat: Pure, Quiet: true},
	"numpy.linalg.matrix_transpose": {Treat: Pure, Quiet: true},
	"numpy.linalg.diagonal":         {Treat: Pure, Quiet: true},
	"numpy.require":                 {Treat: Pure},
	"numpy.histogram_bin_edges":     {Treat: Pure, Fresh: true, NoBool: true},
	"numpy.histogram2d":             {Treat: Pure, Fresh: true, NoBool: true},
	"numpy.linalg.svd":              {Treat: Pure},
	"numpy.linalg.svdvals":          {Treat: Pure},
	"numpy.linalg.qr":               {Treat: Pure},
	"numpy.linalg.eigh":             {Treat: Pure},
	"numpy.linalg.slogdet":          {Treat: Pure},
	"numpy.linalg.lstsq":            {Treat: Pure},
	"numpy.linalg.multi_dot":        {Treat: Pure},
	"numpy.linalg.tensorinv":        {Treat: Pure},
	"numpy.linalg.tensorsolve":      {Treat: Pure},
	"numpy.linalg.matrix_norm":      {Treat: Pure},
	"numpy.linalg.vector_norm":      {Treat: Pure},
	"numpy.linalg.vecdot":           {Treat: Pure},
	"numpy.linalg.trace":            {Treat: Pure},
	"numpy.linalg.outer":            {Treat: Pure},
	"numpy.linalg.tensordot":        {Treat: Pure},
	"numpy.linalg.matmul":           {Treat: Pure},
	"numpy.fft.rfft2":               {Treat: Pure, Out: 4},
	"numpy.fft.irfft2":              {Treat: Pure, Out: 4},
	"numpy.fft.rfftn":               {Treat: Pure, Out: 4},
	"numpy.fft.irfftn":              {Treat: Pure, Out: 4},
	"numpy.fft.hfft":                {Treat: Pure, Out: 4},
	"numpy.fft.ihfft":               {Treat: Pure, Out: 4},

	// What is stored into the first argument. Own raises for an index out of range
	// before it has stored anything, and undoes what is to be reported.
	"numpy.copyto":         {Treat: Writes, Value: 1, Out: 2, Converts: true, Options: []string{"where"}},
	"numpy.putmask":        {Treat: Writes, Value: 2, Out: 3},
	"numpy.place":          {Treat: Writes, Value: 2, Out: 3},
	"numpy.fill_diagonal":  {Treat: Writes, Value: 1, Out: 3, Options: []string{"wrap"}},
	"numpy.put_along_axis": {Treat: Writes, Value: 2, Out: 4, Converts: true, Options: []string{"axis"}},
	"numpy.put":            {Treat: Writes, Value: 2, Out: 3, Own: "put"},
	"numpy.add.at":         {Treat: Writes, Value: 2, Out: 3, Own: "add_at", At: true},
	"numpy.subtract.at":    {Treat: Writes, Value: 2, Out: 3, Own: "subtract_at", At: true},

	// What may be a view of the argument, or itself.
	"numpy.ravel":             {Treat: Pure, Quiet: true},
	"numpy.reshape":           {Treat: Pure, Quiet: true},
	"numpy.transpose":         {Treat: Pure, Quiet: true},
	"numpy.swapaxes":          {Treat: Pure, Quiet: true},
	"numpy.moveaxis":          {Treat: Pure, Quiet: true},
	"numpy.expand_dims":       {Treat: Pure, Quiet: true},
	"numpy.atleast_1d":        {Treat: Pure, Quiet: true, Itself: 2},
	"numpy.atleast_2d":        {Treat: Pure, Quiet: true, Itself: 3},
	"numpy.squeeze":           {Treat: Squeeze, Quiet: true, Needs: 2},
	"numpy.flip":              {Treat: Pure, Quiet: true, Recipe: "flip"},
	"numpy.fliplr":            {Treat: Pure, Quiet: true, Recipe: "fliplr"},
	"numpy.rot90":             {Treat: Pure, Quiet: true},
	"numpy.rollaxis":          {Treat: Pure, Quiet: true},
	"numpy.atleast_3d":        {Treat: Pure, Quiet: true, Itself: 4},
	"numpy.flipud":            {Treat: Pure, Quiet: true, Recipe: "flipud"},
	"numpy.diag":              {Treat: Pure, Quiet: true},
	"numpy.broadcast_to":      {Treat: Pure, Quiet: true},
	"numpy.real":              {Treat: Pure, Quiet: true},
	"numpy.imag":              {Treat: Pure, Quiet: true},
	"numpy.asarray":           {Treat: Pure, Itself: 1},
	"numpy.ascontiguousarray": {Treat: Pure},
	"numpy.asfortranarray":    {Treat: Pure},
	"numpy.asanyarray":        {Treat: Pure, Itself: 1},
	"numpy.asarray_chkfinite": {Treat: Pure},
	"numpy.broadcast_shapes":  {Treat: Pure, Quiet: true},

	"numpy.polynomial.polynomial.polyval": {Treat: Pure, Fresh: true},

	"numpy.lib.stride_tricks.as_strided": {Treat: Pure, Quiet: true, Needs: 3},
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
	"std":  {Treat: Spread, Ufunc: "add", Root: true},
	"var":  {Treat: Spread, Ufunc: "add"},

	"fill":      {Treat: Writes, Value: 1, Out: 2},
	"put":       {Treat: Writes, Value: 2, Out: 3, Own: "put"},
	"partition": {Treat: Writes, Quiet: true, Out: 2, Options: []string{"axis"}},
	"sort":      {Treat: Writes, Quiet: true, Out: 2, Options: []string{"axis"}},

	"astype":       {Treat: Convert, Fresh: true, Out: 2},
	"copy":         {Treat: Pure, Fresh: true, Quiet: true},
	"flatten":      {Treat: Pure, Fresh: true, Quiet: true},
	"item":         {Treat: Pure, Quiet: true, Index: true},
	"argmax":       {Treat: Pure, Quiet: true, Out: 2, Fresh: true, Own: "argmax", OwnOf: LastAxis},
	"argmin":       {Treat: Pure, Quiet: true, Out: 2, Fresh: true, Own: "argmin", OwnOf: LastAxis},
	"argsort":      {Treat: Pure, Fresh: true, Quiet: true},
	"argpartition": {Treat: Pure, Fresh: true, Quiet: true},
	"choose":       {Treat: Pure, Fresh: true, Index: true, Out: 2},
	"cumsum":       {Treat: Pure, Fresh: true, Out: 3, Own: "cumsum", OwnOf: OneAxis},
	"cumprod":      {Treat: Pure, Fresh: true, Out: 3, Own: "cumprod", OwnOf: OneAxis},
	"dot":          {Treat: Pure, Fresh: true, Out: 2},
	"clip":         {Treat: Clip, Out: 3},
	"round":        {Treat: Pure, Out: 2, Recipe: "round"},
	"ravel":        {Treat: Pure, Quiet: true},
	"reshape":      {Treat: Pure, Quiet: true},
	"transpose":    {Treat: Pure, Quiet: true},
	"swapaxes":     {Treat: Pure, Quiet: true},
	"conj":         {Treat: Pure, Quiet: true, Out: 1},
	"conjugate":    {Treat: Pure, Quiet: true, Out: 1},
	"squeeze":      {Treat: Squeeze, Quiet: true, Needs: 2},
	"diagonal":     {Treat: Pure, Quiet: true},
	"view":         {Treat: Pure, Quiet: true},
	"take":         {Treat: Pure, Fresh: true, Quiet: true, Index: true, Out: 3},
	"compress":     {Treat: Pure, Fresh: true, Quiet: true, Values: true, Out: 3},
	"repeat":       {Treat: Pure, Fresh: true, Quiet: true},
	"nonzero":      {Treat: Pure, Fresh: true, Quiet: true},
	"searchsorted": {Treat: Pure, Fresh: true, Quiet: true, Values: true},
	"trace":        {Treat: Pure, Out: 5},
}

// FindFunction gives the row of a function by its qualified name. A method of
// a ufunc has the row of that method of every ufunc unless it has its own.
func FindFunction(name string) Function {
	if f, ok := functions[name]; ok || strings.Count(name, ".") != 2 {
		return f
	}
	parts := strings.Split(name, ".")
	return functions[parts[0]+".ufunc."+parts[2]]
}

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

// Own says that a module is NumPy's.
func Own(module string) bool { return module == "numpy" || strings.HasPrefix(module, "numpy.") }
