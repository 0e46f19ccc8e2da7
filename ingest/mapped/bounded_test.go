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
			call := strings.NewReplacer("$re", `"b"`, "$flags", `"g"`, "str", `"c"`).Replace(f)
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
