package mapped

import (
	"strings"
	"testing"

	"github.com/itchyny/gojq"
)

// What a step would make of a small body, where the machine has less.
func TestNoStepMakesMuchOfASmallBody(t *testing.T) {
	text, list := strings.Repeat("a", 10_000), "["+strings.Repeat("1,", 10_000)+"1]"
	for name, c := range map[string]struct{ program, body, want string }{
		"a text repeated":              {`.t * .n`, `{"t":"a","n":2000000000}`, "what * makes is too large"},
		"a text repeated in place":     {`.t *= 2000000000 | .t`, `{"t":"a"}`, "what * makes is too large"},
		"a place":                      {`.l[.n] = 1`, `{"l":[],"n":500000000}`, "the place 500000000 in an array is too large"},
		"a path":                       {`setpath(.p; 1)`, `{"p":["l",500000000]}`, "the place 500000000 in an array is too large"},
		"a path by getpath":            {`getpath(.p) = 1`, `{"p":["l",500000000]}`, "the place 500000000 in an array is too large"},
		"a place by its number":        {`.n as $n | .l | nth($n) = 1`, `{"l":[],"n":5e8}`, "in an array is too large"},
		"a stream of paths":            {`fromstream(.l[])`, `{"l":[[[500000000],1]]}`, "the place 500000000 in an array is too large"},
		"columns that are rows":        {`transpose`, `[` + list + strings.Repeat(",[]", 10_000) + `]`, "what transpose makes is too large"},
		"one text joined":              {`.t as $t | [.l[] | $t] | join("")`, `{"t":"` + text + `","l":` + list + `}`, "what join makes is too large"},
		"joined by a text":             {`.t as $t | .l | join($t)`, `{"t":"` + text + `","l":` + list + `}`, "what join makes is too large"},
		"one text added up":            {`.t as $t | [.l[] | $t] | add`, `{"t":"` + text + `","l":` + list + `}`, "what add makes is too large"},
		"one text added up by a path":  {`.t as $t | add(.l[] | $t)`, `{"t":"` + text + `","l":` + list + `}`, "what add makes is too large"},
		"one list flattened":           {`.l as $l | [.l[] | $l] | flatten`, `{"l":` + list + `}`, "what flatten makes is too large"},
		"the whole for each part":      {`. as $d | [.l[] | $d] | tojson`, `{"l":` + list + `}`, "what tojson makes is too large"},
		"the whole in a text":          {`. as $d | "\([.l[] | $d])"`, `{"l":` + list + `}`, "what tostring makes is too large"},
		"a row of one text":            {`.t as $t | [.l[] | $t] | @csv`, `{"t":"` + text + `","l":` + list + `}`, "what @csv makes is too large"},
		"a format by its name":         {`.t as $t | [.l[] | $t] | format(.[0][:0] + "sh")`, `{"t":"` + text + `","l":` + list + `}`, "what format makes is too large"},
		"a text that holds itself":     {`reduce .l[:60][] as $i ({}; {a: ., b: .}) | tojson`, `{"l":` + list + `}`, "what tojson makes is too large"},
		"objects that hold themselves": {`reduce .l[:60][] as $i ({}; {a: ., b: .}) | . * .`, `{"l":` + list + `}`, "what * makes is too large"},
		"a text in letters":            {`reduce range(21) as $i (.t; . + .) | explode`, `{"t":"a"}`, "explode takes a text of at most 1048576 bytes"},
		"a text in parts":              {`reduce range(21) as $i (.t; . + .) | split("")`, `{"t":"a"}`, "split takes a text of at most 1048576 bytes"},
		"a text divided":               {`reduce range(21) as $i (.t; . + .) | . / ""`, `{"t":"a"}`, "/ takes a text of at most 1048576 bytes"},
		"a text as HTML":               {`reduce range(21) as $i (.t; . + .) | html_text`, `{"t":"a"}`, "html_text takes a text of at most 1048576 bytes"},
		"places of a long text":        {`.t as $t | reduce range(21) as $i (.t; . + .) | . as $l | $t | indices($l)`, `{"t":"a"}`, "indices takes a text of at most 1048576 bytes"},
		"a list without a floor":       {`reduce range(100000) as $i ([]; [.]) | tojson`, `{}`, "what tojson makes is too large"},
		"an error with the whole":      {`. as $d | error([.l[] | $d])`, `{"l":` + list + `}`, "error: ["},
		"an error that holds itself":   {`error(reduce range(60) as $i ({}; {a: ., b: .}))`, `{}`, "error: {"},
		"an end that holds itself":     {`reduce range(60) as $i ({}; {a: ., b: .}) | halt_error`, `{}`, "halt error: {"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sourceOf(mustCompile(t, c.program+` | {id: "1", text: tostring}`), standard).rejects(t, c.body)
			if err != nil || !strings.Contains(got[0], c.want) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// gojq keeps each regular expression with the code, and one of ten bytes can take
// megabytes.
func TestARegularExpressionOutOfABodyGoesWithItsRequest(t *testing.T) {
	for program, fixed := range map[string]bool{
		`.`: true, `split(.s)`: true, `test("a"; "i") | not`: true, `gsub("a"; .b)`: true, `sub("a"; .b; "gi")`: true, `def f: scan("a"); f`: true, `[.l[] | {a: (.b | match("c").string)}]`: true,
		`test(.p)`: false, `test("a"; .f)`: false, `gsub("\(.p)"; "")`: false, `sub("a"; "b"; .f)`: false, `split("a"; .f)`: false, `def f(p): splits(p); f(.p)`: false,
		`if .a then .b else [.c[] | {d: capture(.p)}] end`: false, `match(["a", .f])`: false, `"\(.a | test($headers.p))"`: false, `test("a" | . + "b")`: false,
	} {
		p := mustCompile(t, program)
		first, err := p.forRequest()
		if err != nil {
			t.Fatal(err)
		}
		second, err := p.forRequest()
		if kept := first.code == second.code; err != nil || kept != fixed {
			t.Errorf("%s: kept %t, %v", program, kept, err)
		}
	}
	s := sourceOf(mustCompile(t, `{id: .n, text: (.p as $p | "xyz" | test($p) | tostring)}`), tight)
	if got, err := s.rejects(t, `{"n":"1","p":"x"}`, `{"n":"2","p":"["}`); err != nil || got[0] != "" || !strings.Contains(got[1], "invalid regular expression") {
		t.Errorf("%q, %v", got, err)
	}
}

func mustCompile(t *testing.T, text string) *program {
	t.Helper()
	p, err := compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAWeightIsAtLeastTheJSONOfAValue(t *testing.T) {
	query, err := gojq.Parse(`[range(300)], [range(50) | {(tostring): ("ä" * .)}], "text", {a: {b: {c: [1.5, null, true]}}}, 123456789012345678901234567890`)
	if err != nil {
		t.Fatal(err)
	}
	for values := query.Run(nil); ; {
		v, ok := values.Next()
		if !ok {
			return
		}
		text, err := gojq.Marshal(v)
		if err != nil || weight(v) < len(text)*9/10 {
			t.Errorf("%d for %d bytes: %.40s, %v", weight(v), len(text), text, err)
		}
	}
}
