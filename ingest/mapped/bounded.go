package mapped

import (
	"fmt"
	"strings"

	"github.com/itchyny/gojq"

	"github.com/directdial/directdial/ingest"
)

// maxMatched bounds a text that a regular expression looks at, in bytes: that of
// a mention. gojq counts the place of each match from the beginning of the text,
// all in one step, so that the time grows with the square of it.
const maxMatched = 64 << 10

// maxText bounds a text that is taken apart, in bytes: no body has a longer one. What
// is made of it takes up to fifty times its memory, all in one step.
const maxText = ingest.MaxBody

// bounded are functions of jq that take a long text very long in a single step,
// and what they may take. Those of a regular expression are all there are, so
// that nobody has to know which of them is slow with which flags.
var bounded = []struct {
	limit     int
	functions []string // with their parameters
}{
	{maxMatched, []string{
		"test($re)", "test($re; $flags)", "match($re)", "match($re; $flags)", "capture($re)", "capture($re; $flags)",
		"scan($re)", "scan($re; $flags)", "splits($re)", "splits($re; $flags)", "split($re; $flags)",
		"sub($re; str)", "sub($re; str; $flags)", "gsub($re; str)", "gsub($re; str; $flags)",
	}},
	{maxDigits, []string{"tonumber"}},
	{maxText, []string{"explode", "split($by)", "fromjson"}},
}

// guards define each of the bounded functions anew: it looks at the length of its
// input, and goes on as the one of jq, which keeps another name. All the other
// names come first, so that they still mean what jq has. Those that are bounded by
// what they make follow.
var guards = func() []*gojq.FuncDef {
	var other, own strings.Builder
	for _, b := range bounded {
		for _, f := range b.functions {
			name, _, _ := strings.Cut(f, "(")
			fmt.Fprintf(&other, "def _jq_%s: %s;\n", f, f)
			fmt.Fprintf(&own, "def %s: _at_most(%q; %d) | _jq_%s;\n", f, name, b.limit, f)
		}
	}
	for _, f := range whole {
		fmt.Fprintf(&other, "def _jq_%s: %s;\n", f, f)
		fmt.Fprintf(&own, "def %s: _fits(%q) | _jq_%s;\n", f, strings.Replace(f, "_to", "@", 1), f)
	}
	for _, f := range large {
		fmt.Fprintf(&other, "def _jq_%s: %s;\n", f.name, f.name)
		own.WriteString(f.guard + "\n")
	}
	query, err := gojq.Parse(other.String() + own.String() + ".")
	if err != nil {
		panic(err) // our own text
	}
	return query.FuncDefs
}()

// short returns v, or the error that one of these is a text that is too long to be
// taken apart by the function.
func short(v any, function string, texts ...any) any {
	for _, t := range texts {
		if err, long := atMost(t, []any{function, maxText}).(error); long {
			return err
		}
	}
	return v
}

// atMost is the function by which the guards refuse a text that is too long.
// Other values pass: they are for the function that is guarded.
func atMost(v any, args []any) any {
	text, ok := v.(string)
	if name, limit := args[0].(string), args[1].(int); ok && len(text) > limit {
		return fmt.Errorf("%s takes a text of at most %d bytes, and gets %d", name, limit, len(text))
	}
	return v
}
