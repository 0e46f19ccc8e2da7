package mapped

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// fields are what a mention or a deletion says, by the names that stand in the
// configuration: author.handle. What is not said is not there.
type fields map[string]string

func fieldsOf(item directdial.Item) fields {
	out := fields{}
	switch item := item.(type) {
	case *directdial.Mention:
		raw, err := json.Marshal(item)
		if err != nil {
			panic(err) // our own type: it can be marshalled
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var all map[string]any
		if err := d.Decode(&all); err != nil {
			panic(err)
		}
		out.add("", all)
	case *directdial.Deletion:
		out["deleted"], out["id"], out["platform"] = "true", item.ID, item.Platform
		if !item.At.IsZero() {
			out["edited_at"] = item.At.Format(time.RFC3339Nano)
		}
	}
	return out
}

func (f fields) add(prefix string, all map[string]any) {
	for name, value := range all {
		if inner, ok := value.(map[string]any); ok {
			f.add(prefix+name+".", inner)
		} else {
			f[prefix+name] = fmt.Sprint(value)
		}
	}
}

// String writes the fields in a row, for who writes an example.
func (f fields) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, fmt.Sprintf("%s: %q", name, clip(f[name], 60)))
	}
	return strings.Join(parts, ", ")
}

// difference is a field in which two mentions differ, in words.
type difference struct{ field, want, got string }

func differences(want, got fields) (list []difference) {
	all := maps.Clone(want)
	maps.Copy(all, got)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if w, g := want[name], got[name]; w != g {
			from := common(w, g)
			list = append(list, difference{name, show(w, from), show(g, from)})
		}
	}
	return list
}

// common is how many bytes two texts begin alike.
func common(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// show quotes what stands about a byte of a value.
func show(s string, at int) string {
	const before, most = 20, 60
	if s == "" {
		return "nothing"
	}
	lead := ""
	if len(s) > most && at > before {
		lead, s = "…", strings.TrimLeftFunc(s[at-before:], func(r rune) bool { return r == '\ufffd' })
	}
	return fmt.Sprintf("%q", lead+clip(s, most))
}
