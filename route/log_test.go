package route

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
)

// docs/log.md, the golden messages in testdata/log and the types of the program
// say the same.

const (
	pageFile  = "../docs/log.md"
	goldenDir = "testdata/log"
)

// page reads the tables of docs/log.md: by heading, and by the first cell of a
// row, its other cells.
var page = sync.OnceValue(func() map[string]map[string][]string {
	data, err := os.ReadFile(pageFile)
	if err != nil {
		panic(err)
	}
	tables, heading := map[string]map[string][]string{}, ""
	for line := range strings.Lines(string(data)) {
		if title, ok := strings.CutPrefix(line, "#"); ok {
			heading = strings.TrimSpace(strings.TrimLeft(title, "#"))
			tables[heading] = map[string][]string{}
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if name := words.FindStringSubmatch(cells[0]); strings.HasPrefix(line, "| `") && name != nil {
			tables[heading][name[1]] = cells[1:]
		}
	}
	return tables
})

var words = regexp.MustCompile("`([^`]+)`(\\?)?")

// fieldsOf are the fields that the page lists for a kind, and whether they may
// be left out.
func fieldsOf(heading, kind string) map[string]bool {
	row, ok := page()[heading][kind]
	if !ok {
		return nil
	}
	fields := map[string]bool{}
	for _, m := range words.FindAllStringSubmatch(row[0], -1) {
		fields[m[1]] = m[2] == "?"
	}
	return fields
}

// constants are the values of the constants of a type in the root package.
func constants(t *testing.T, typ string) (values []string) {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) == 0 {
				return true
			}
			if id, ok := v.Type.(*ast.Ident); ok && id.Name == typ {
				value, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	if len(values) < 4 {
		t.Fatalf("%d constants of %s", len(values), typ)
	}
	return values
}

// golden reads a golden message into v and fails unless it comes out again byte
// for byte.
func golden(t *testing.T, v any, path ...string) []byte {
	t.Helper()
	name := filepath.Join(append([]string{goldenDir}, path...)...) + ".json"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Errorf("there is no golden message: %v", err)
		return nil
	}
	data = bytes.TrimSuffix(data, []byte("\n"))
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if got := encode(v); !bytes.Equal(got, data) {
		t.Errorf("%s\nbecomes %s\nwas     %s", name, got, data)
	}
	return data
}

// keysOf are the fields that stand in a JSON object.
func keysOf(t tester, data []byte) []string {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatalf("%v", err)
	}
	return slices.Sorted(maps.Keys(object))
}

func TestEveryKindOfEventHasAGoldenStepAndARow(t *testing.T) {
	kinds := constants(t, "EventKind")
	for _, kind := range kinds {
		fields := fieldsOf("Kinds of events", kind)
		if fields == nil {
			t.Errorf("docs/log.md has no row for the event %s", kind)
			continue
		}
		var s directdial.Step
		data := golden(t, &s, "dials", kind)
		if len(s.Events) == 0 || string(s.Events[0].Kind) != kind {
			t.Errorf("the golden step of %s is about %v", kind, s.Events)
			continue
		}
		want := append(slices.Collect(maps.Keys(fields)), "kind")
		slices.Sort(want)
		var raw struct{ Events []json.RawMessage }
		if err := json.Unmarshal(data, &raw); err != nil {
			t.Fatal(err)
		}
		if got := keysOf(t, raw.Events[0]); !slices.Equal(got, want) {
			t.Errorf("the golden %s has %v,\nthe page says  %v", kind, got, want)
		}
	}
	wantNoMore(t, "Kinds of events", "dials", kinds)
}

func TestEveryKindOfActionHasAGoldenMessageAndARow(t *testing.T) {
	kinds := constants(t, "ActionKind")
	for _, kind := range kinds {
		fields := fieldsOf("Kinds of actions", kind)
		if fields == nil {
			t.Errorf("docs/log.md has no row for the action %s", kind)
			continue
		}
		var a directdial.Action
		data := golden(t, &a, "actions", kind)
		want := append(slices.Collect(maps.Keys(fields)), "v", "kind", "at")
		slices.Sort(want)
		if got := keysOf(t, data); string(a.Kind) != kind || !slices.Equal(got, want) {
			t.Errorf("the golden %s has %v,\nthe page says  %v", kind, got, want)
		}
	}
	wantNoMore(t, "Kinds of actions", "actions", kinds)
}

func wantNoMore(t *testing.T, heading, dir string, kinds []string) {
	t.Helper()
	for kind := range page()[heading] {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the page has a row for %q, which nothing writes", kind)
		}
	}
	files, err := filepath.Glob(filepath.Join(goldenDir, dir, "*.json"))
	if err != nil || len(files) != len(kinds) {
		t.Errorf("%d golden messages for %d kinds, %v", len(files), len(kinds), err)
	}
}

func TestGoldenMentionsAndSourceStates(t *testing.T) {
	for _, name := range []string{"whole", "least"} {
		var m directdial.Mention
		golden(t, &m, "mentions", name)
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var s directdial.SourceState
	golden(t, &s, "sources", "state")
}

func TestEveryFieldHasARow(t *testing.T) {
	for heading, v := range map[string]any{
		"Fields of a mention": directdial.Mention{}, "Fields of a step": directdial.Step{},
		"Fields of an event": directdial.Event{}, "Fields of an action": directdial.Action{},
		"Fields of a source state": directdial.SourceState{},
	} {
		var fields []string
		for f := range reflect.TypeOf(v).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields = append(fields, name)
		}
		slices.Sort(fields)
		if rows := slices.Sorted(maps.Keys(page()[heading])); !slices.Equal(rows, fields) {
			t.Errorf("%s: the page has %v,\nthe program %v", heading, rows, fields)
		}
	}
}

func TestKeysAreMadeAsThePageSays(t *testing.T) {
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	for list, got := range map[string]directdial.Key{
		"`mention`, `mastodon`, `https://social.example/users/user1/statuses/109`": keys.Mention("mastodon", "https://social.example/users/user1/statuses/109"),
		"`author`, `mastodon`, `user1@social.example`":                             keys.Author("mastodon", directdial.Author{Handle: "@User1@social.example"}.Identity()),
		"`text`, `My invoice was charged twice.`":                                  keys.Text("My invoice was charged twice."),
		"`mention`, `dead-letter`, `7`":                                            keys.Mention("dead-letter", "7"),
	} {
		if row := "| " + list + " | `" + string(got) + "` |"; !strings.Contains(string(data), row) || !got.Valid() {
			t.Errorf("the page has no row %s", row)
		}
	}
}

// wantDocumented fails unless an event has the fields that the page lists for
// its kind, all that must be there and no other.
func wantDocumented(t tester, e *directdial.Event) {
	t.Helper()
	fields := fieldsOf("Kinds of events", string(e.Kind))
	if fields == nil {
		t.Errorf("an event of the undocumented kind %q", e.Kind)
	}
	got := keysOf(t, encode(e))
	for _, name := range got {
		if _, ok := fields[name]; !ok && name != "kind" {
			t.Errorf("%s has the field %s, which the page does not list: %s", e.Kind, name, encode(e))
		}
	}
	for name, optional := range fields {
		if !optional && !slices.Contains(got, name) {
			t.Errorf("%s lacks the field %s, which the page says is always there: %s", e.Kind, name, encode(e))
		}
	}
}
