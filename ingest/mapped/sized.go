package mapped

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/itchyny/gojq"
)

const (
	// maxStep bounds what one step makes, in bytes of memory, about. The watch over
	// the memory looks between steps, and there are steps that make of a few hundred
	// bytes more than the machine has. No body alone weighs as much.
	maxStep = 16 << 20
	// each is what a value takes in an array, beside its text.
	each = 16
	// maxIndex bounds a place in an array, as all before it is made with it.
	maxIndex = maxStep / each
	// maxDepth bounds a value that is gone through: JSON is no deeper, and the
	// stack of a process ends it as a whole.
	maxDepth = 10_000
)

// whole are functions of jq that go through all of their input in one step. It may
// hold one thing a thousand times, which takes no memory until it is written down.
var whole = []string{
	"tojson", "tostring", "_tohtml", "_touri", "_tourid", "_tocsv", "_totsv", "_tosh", "_tobase64", "_tobase64d", "add", "flatten",
}

// large are functions that make much by what they are given beside their input, or
// in a way of their own, each with its guard. Arguments are taken in the order of
// jq, the last one first.
var large = []struct{ name, guard string }{
	{"flatten($depth)", `def flatten($depth): _fits("flatten") | _jq_flatten($depth);`},
	{"add(f)", `def add(f): [f] | add;`},
	{"format($name)", `def format($name): _fits("format") | _jq_format($name);`},
	{"join($by)", `def join($by): _joins($by) | _jq_join($by);`},
	{"transpose", `def transpose: _transposes | _jq_transpose;`},
	{"setpath(p; v)", `def setpath(p; v): v as $v | (p | _path) as $p | _jq_setpath($p; $v);`},
	{"getpath(p)", `def getpath(p): (p | _path) as $p | _jq_getpath($p);`},
	{"nth($n)", `def nth($n): .[$n | _place];`},
	{"fromstream(f)", `def fromstream(f): _jq_fromstream(f | _event);`},
	{"indices($of)", `def indices($of): _short("indices"; $of) | _jq_indices($of);`},
	{"index($of)", `def index($of): _short("index"; $of) | _jq_index($of);`},
	{"rindex($of)", `def rindex($of): _short("rindex"; $of) | _jq_rindex($of);`},
	// Operators, see guardOperators; in here they still are those of jq.
	{"_multiply(l; r)", `def _multiply(l; r): r as $r | l as $l | _multiplies($l; $r) | $l * $r;`},
	{"_divide(l; r)", `def _divide(l; r): r as $r | l as $l | _divides($l) | $l / $r;`},
}

// sizes are the functions that the guards call: each returns its input, or an error.
var sizes = []gojq.CompilerOption{
	gojq.WithFunction("_fits", 1, 1, func(v any, args []any) any {
		return fits(v, args[0].(string), weight(v))
	}),
	gojq.WithFunction("_joins", 1, 1, func(v any, args []any) any {
		list, _ := v.([]any)
		by, _ := args[0].(string)
		return fits(v, "join", weight(v)+len(list)*len(by))
	}),
	gojq.WithFunction("_short", 2, 2, func(v any, args []any) any {
		return short(v, args[0].(string), v, args[1])
	}),
	gojq.WithFunction("_divides", 1, 1, func(v any, args []any) any { return short(v, "/", args[0]) }),
	gojq.WithFunction("_transposes", 0, 0, func(v any, _ []any) any { return fits(v, "transpose", transposed(v)) }),
	gojq.WithFunction("_multiplies", 2, 2, func(v any, args []any) any { return fits(v, "*", product(args[0], args[1])) }),
	gojq.WithFunction("_place", 0, 0, func(v any, _ []any) any { return inReach(v, v) }),
	gojq.WithFunction("_path", 0, 0, func(v any, _ []any) any { return inReach(v, v) }),
	gojq.WithFunction("_event", 0, 0, func(v any, _ []any) any {
		if pair, ok := v.([]any); ok && len(pair) > 0 {
			return inReach(v, pair[0])
		}
		return v
	}),
}

// fits returns v, or the error that the function would make more bytes than a step
// may.
func fits(v any, function string, bytes int) any {
	if bytes > maxStep {
		return fmt.Errorf("what %s makes is too large: more than %d MiB in one step", function, maxStep>>20)
	}
	return v
}

// inReach returns v, or the error that a place or a path with one is beyond
// maxIndex.
func inReach(v, places any) any {
	path, ok := places.([]any)
	if !ok {
		path = []any{places}
	}
	for _, p := range path {
		if i, ok := gojq.ToFloat64(p); ok && i > maxIndex {
			return fmt.Errorf("the place %v in an array is too large: more than %d", p, maxIndex)
		}
	}
	return v
}

// weight is about how many bytes a value takes where each thing in it is made anew,
// more than maxStep if it is too much or too deep.
func weight(v any) int {
	left := budget(maxStep)
	left.weigh(v, maxDepth)
	return maxStep - int(left)
}

// budget is how many bytes are left; below 0 there were not enough.
type budget int

func (b *budget) weigh(v any, depth int) {
	*b -= each
	switch v := v.(type) {
	case string:
		*b -= budget(len(v))
	case json.Number:
		*b -= budget(len(v))
	case *big.Int:
		*b -= budget(v.BitLen() / 3) // about its digits
	case []any:
		if depth == 0 {
			*b = -1
		}
		for i := 0; i < len(v) && *b >= 0; i++ {
			b.weigh(v[i], depth-1)
		}
	case map[string]any:
		if depth == 0 {
			*b = -1
		}
		for name, value := range v {
			if *b -= budget(len(name)); *b < 0 {
				return
			}
			b.weigh(value, depth-1)
		}
	}
}

// transposed is how many bytes the transposed array takes.
func transposed(v any) int {
	rows, _ := v.([]any)
	longest := 0
	for _, row := range rows {
		columns, _ := row.([]any)
		longest = max(longest, len(columns))
	}
	return longest * len(rows) * each
}

// product is how many bytes a multiplication makes: of a text with a number a text,
// of two objects one.
func product(l, r any) int {
	if text, ok := r.(string); ok {
		l, r = text, l
	}
	if text, ok := l.(string); ok {
		n, _ := gojq.ToFloat64(r)
		return int(min(float64(len(text))*max(n, 0), 2*maxStep))
	}
	if _, ok := l.(map[string]any); !ok {
		return 0
	}
	return weight(l) + weight(r)
}
