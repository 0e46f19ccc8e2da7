package mapped

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/itchyny/gojq"

	"github.com/directdial/directdial/ingest"
)

// outputs runs a program and writes all that it gives, its error last.
func outputs(code *gojq.Code, input any, values ...any) (list []string) {
	for it := code.Run(input, values...); ; {
		v, ok := it.Next()
		if !ok {
			return list
		}
		if err, failed := v.(error); failed {
			return append(list, err.Error())
		}
		list = append(list, gojq.Preview(v))
	}
}

// calls are uses of each bounded function, and of what is around them.
var calls = []string{
	`test("a b")`, `test("A B"; "i")`, `test(["A", "i"])`, `[match("a")]`, `[match("(?<x>a) (b)?"; "g")]`, `[match(["A", "gi"])]`,
	`capture("(?<x>a) (?<y>b)")`, `capture("(?<x>A)"; "gi")`, `[scan("a")]`, `[scan("(A)(.)"; "i")]`, `[splits(" ")]`, `[splits("A"; "i")]`,
	`split("b")`, `split("B"; "i")`, `sub("a"; "x", "y")`, `sub("A"; "x"; "gi")`, `gsub("(?<c>[ab])"; "<\(.c)>")`, `gsub("A"; "x"; "i")`,
	`gsub("a", "b"; "x")`, `gsub(""; "-")`, `tonumber`, `"12" | tonumber`, `"x" | tonumber? // null`, `1 | test("a")`, `[] | tonumber`, `null | gsub("a"; "")`,
	`{t: .} | .t |= gsub("a"; "x")`, `{t: .} | [paths(strings | test("a"))]`, `{t: .} | (select(.t | test("a")) | .t) = 1`, `test("[")`, `test("a"; "q")`,
	`"ab" * 3`, `3 * "ab"`, `[(2, 3) * (5, 7)]`, `"a" * 0`, `"a" * -1`, `{a: {b: 1}} * {a: {c: 2}, d: 3}`, `[] * 2`, `null * 2?`, `2 * 3 + 4 * 5`, `{n: 3} | .n *= 2`,
	`{l: [1, 2]} | .l[] *= (3, 4)`, `def f($x; y): $x * y; f(2; 3, 4)`, `. as $t | [1, 2] | map(. * 2) | .[0] * $t`, `reduce (1, 2, 3) as $n (1; . * $n)`,
	`"a,b" / ","`, `[(6, 8) / (2, 4)]`, `{n: 6} | .n /= 4`, `1 / 0`, `try (1 / 0) catch .`, `8 / 2 * 3 / 4`, `"a" / 1`, `explode | implode`, `indices("a", "b"), index("b"), rindex("b")`,
	`[1, 2, 1] | indices(1), indices([1, 2]), index(1), rindex(1)`, `null | indices(1)`, `1 | indices(1)`, `"[1, {}]" | fromjson`, `"x" | fromjson`, `1 | fromjson, explode`,
	`[5, 6, 7] | .[(0, 2)]`, `[5, 6, 7] | .[1 + 1] = 0`, `[5, 6, 7] | del(.[length - 1])`, `[[1, 2], 3] | [path(.[1 - 1][2 - 1])]`, `{a: 1} | .["a", "b"] += 1`, `[5, 6] | .[-1], .[0:1], .[1.7]`,
	`{"a b": 2} | .[("a", "b") + " b"]`, `[1] | .[3 * 1] = 2`, `null | setpath(["a", (0, 1)]; (1, 2))`, `{a: [1]} | [getpath(["a"], ["a", 0], ["b"])]`, `[path(getpath(["a", 0]))?]`,
	`{a: [1]} | (getpath(["a", 0]) |= 5)`, `[5, 6] | nth(1), nth(0, 1)`, `[limit(2; (1, 2, 3))] | nth(1; .[])`, `[1, {a: [2]}] | [tostream] | fromstream(.[])`, `fromstream(1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]]))`,
	`fromstream("a")`, `fromstream([])`, `["a", 1, null, true] | join(", "), join("-", "+")`, `join(",")`, `[] | join(1)`, `[[1], [2]] | add`, `{a: 1, b: 2} | add, add(.[]), add(empty)`, `["a", "b"] | add`,
	`[[1, [2]], 3] | flatten, flatten(1), flatten(0), flatten(-1)`, `[[1], [2, 3]] | transpose`, `[] | transpose`, `[1] | transpose`, `[1, "a\"b", {c: null}] | tojson, tostring, @json, @text, @html, "<\(.)>"`, `@base64, @base64d, @uri, @urid, @sh`,
	`["a", 1] | @csv, @tsv, @sh, format("json"), format("csv")`, `@json "x\(1, .)y"`, `format("none")`, `{a: 1, b: [2]} | [paths]`, `{a: {b: 1}} | pick(.a.b), tojson`, `try error({a: 1}) catch .a`,
	`def test($re): "mine"; test("a")`, `def tonumber: 7; tonumber`, `try error(gsub("a"; "x")) catch .`,
}

func TestTheBoundedFunctionsAreThoseOfJq(t *testing.T) {
	for _, call := range calls {
		query, err := gojq.Parse(call)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := gojq.Compile(query)
		if err != nil {
			t.Fatal(err)
		}
		guarded, err := compile(call)
		if err != nil {
			t.Fatal(err)
		}
		const text = "a b äab"
		if diff := cmp.Diff(outputs(plain, text), outputs(guarded.code, text, map[string]any{})); diff != "" {
			t.Errorf("%s: -jq +own\n%s", call, diff)
		}
	}
}

func TestALongTextIsForNoRegularExpression(t *testing.T) {
	for _, b := range bounded {
		for _, f := range b.functions {
			call := strings.NewReplacer("$re", `"b"`, "$flags", `"g"`, "str", `"c"`, "$by", `","`).Replace(f)
			name, _, _ := strings.Cut(f, "(")
			p, err := compile(`{id: "1", text: (.t | [` + call + `] | "ends")}`)
			if err != nil {
				t.Fatal(err)
			}
			s, digits := sourceOf(p, tight), strings.Repeat("1", b.limit)
			got, err := s.rejects(t, `{"t":"`+digits+`"}`, `{"t":"`+digits+`1"}`)
			want := fmt.Sprintf("the mapping fails: %s takes a text of at most %d bytes, and gets %d", name, b.limit, b.limit+1)
			if err != nil || got[0] != "" || got[1] != want {
				t.Errorf("%s: %q, %v", f, got, err)
			}
		}
	}
}

// The ready mappings, with texts that are long where nobody expects it: an answer
// for each element that is not about time.
func TestReadyMappingsBearLongNames(t *testing.T) {
	long := strings.Repeat("a ", 50_000)
	for file, body := range map[string]string{
		"brand24":   fmt.Sprintf(`{"url":"https://forum.example/t/12","source":%q,"content":"a"}`, long),
		"meltwater": fmt.Sprintf(`{"url":"https://forum.example/t/12","source":{"name":%q},"content":{"opening_text":"a"}}`, long),
		"mention":   fmt.Sprintf(`{"original_url":"https://forum.example/t/12","source_type":%q,"title":"a"}`, long),
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("ready/" + file + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			var sample struct {
				Sources []struct {
					Map string `yaml:"map"`
				} `yaml:"sources"`
			}
			if err := yaml.Unmarshal(text, &sample); err != nil {
				t.Fatal(err)
			}
			p, err := compile(sample.Sources[0].Map)
			if err != nil {
				t.Fatal(err)
			}
			out, err := sourceOf(p, tight).run(t.Context(), http.Header{}, []ingest.Element{{Raw: []byte(body)}})
			if err != nil || len(out.Items)+len(out.Rejected) != 1 || len(out.Rejected) > 0 && out.Rejected[0].Field == "" {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
}

// The mapping that a body of 100 kB once held up for minutes.
func TestALongNameIsRejectedAtItsElement(t *testing.T) {
	b := newBench(t, `{id: .id, text: .text, platform: (.source | ascii_downcase | gsub("[^a-z0-9]+"; "-"))}`, "platforms: ['*']")
	a := b.taken(b.send(`[{"id":"1","text":"a","source":"Forum"},{"id":"2","text":"a","source":"` + strings.Repeat("a ", 50_000) + `"},{"id":"3","text":"a","source":"Forum"}]`))
	if a.Accepted != 2 || len(a.Rejected) != 1 || a.Rejected[0].Index != 1 || !strings.Contains(a.Rejected[0].Error, "gsub takes a text of at most 65536 bytes") {
		t.Errorf("%+v", a)
	}
}
