package classify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/sheet"
)

// maxLine bounds a line of JSON lines, in bytes.
const maxLine = 8 << 20

func readLines(name string, r io.Reader, as Columns) ([]Sample, error) {
	p := problemsOf(name)
	in := bufio.NewScanner(sheet.Text(r))
	in.Buffer(nil, maxLine)
	var samples []Sample
	line := 0
	for in.Scan() {
		line++
		text := bytes.TrimSpace(in.Bytes())
		if len(text) == 0 {
			continue
		}
		if text[0] == '[' {
			p.add(line, "begins an array, want an object a line; jq -c '.[]' makes them of it")
			return nil, p.err()
		}
		s, counts, err := parseRow(in.Bytes(), as)
		if err != nil {
			p.add(line, "%w", err)
			continue
		}
		s.File, s.Line = name, line
		if counts {
			samples = append(samples, s)
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		p.add(line+1, "the line is longer than %d bytes", maxLine)
	case err != nil:
		return nil, p.broken(err)
	}
	return samples, p.err()
}

// row is one object of JSON lines.
type row map[string]json.RawMessage

// has reports whether there is a value other than null.
func (r row) has(name string) bool { return r[name] != nil && string(r[name]) != "null" }

func (r row) missing(name string) error {
	return fmt.Errorf("the field %q is missing; there are: %s", name, list(slices.Sorted(maps.Keys(r))))
}

// word returns a value that is a string, "" if there is none.
func (r row) word(name string) (value string, err error) {
	if r.has(name) {
		if json.Unmarshal(r[name], &value) != nil {
			err = fmt.Errorf("the field %q is no string", name)
		}
	}
	return value, err
}

// plain returns a value as it would stand in a table: 1, true and "1" are what
// they look like.
func (r row) plain(name string) string {
	if value, err := r.word(name); err == nil {
		return value
	}
	return string(r[name])
}

// parseRow reads one object; counts is false if it is not among those that were
// asked for.
func parseRow(data []byte, as Columns) (s Sample, counts bool, err error) {
	var r row
	if !utf8.Valid(data) {
		return s, true, errors.New("is not in UTF-8")
	}
	if err := json.Unmarshal(data, &r); err != nil {
		if json.Valid(data) {
			err = errors.New("is no object with fields")
		}
		return s, true, err
	}
	for name, want := range as.Where {
		if r[name] == nil {
			return s, true, r.missing(name)
		}
		if r.plain(name) != want {
			return s, false, nil
		}
	}
	for _, f := range []struct {
		to   *string
		name string
	}{{&s.Text, as.Text}, {&s.Lang, as.Lang}, {&s.Brand, as.Brand}, {&s.Route, as.Route}} {
		if *f.to, err = r.word(f.name); err != nil {
			return s, true, err
		}
	}
	if r[as.Text] == nil {
		return s, true, r.missing(as.Text)
	}
	if !r.has(as.Text) {
		return s, true, fmt.Errorf("the field %q is null, want a text", as.Text)
	}
	if err := checkText(s.Text); err != nil {
		return s, true, err
	}
	if as.Unlabelled {
		s.Route = as.route(s.Route)
	}
	s.Gold, err = r.gold(as)
	return s, true, err
}

// gold reads the labels: a field a tag, a label, or the object "gold".
func (r row) gold(as Columns) (map[directdial.Tag]bool, error) {
	switch {
	case as.Unlabelled && r[as.Route] == nil:
		return nil, r.missing(as.Route)
	case as.Unlabelled:
		return nil, nil
	case len(as.Tags) > 0:
		return r.goldByTag(as.Tags)
	case string(r[as.Label]) == "null" && r["gold"] == nil:
		return as.parseLabel("")
	case r.has(as.Label):
		label, err := r.word(as.Label)
		if err != nil {
			return nil, err
		}
		return as.parseLabel(label)
	case r["gold"] != nil:
		return parseGold(r["gold"])
	}
	return nil, fmt.Errorf("the field %q or \"gold\" is missing", as.Label)
}

func (r row) goldByTag(names map[directdial.Tag]string) (map[directdial.Tag]bool, error) {
	gold := map[directdial.Tag]bool{}
	for _, tag := range tags {
		name, ok := names[tag]
		if !ok {
			continue
		}
		if r[name] == nil {
			return nil, r.missing(name)
		}
		if !r.has(name) {
			continue
		}
		yes, known, err := parseYes(r.plain(name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tag, err)
		}
		if known {
			gold[tag] = yes
		}
	}
	return gold, nil
}

// parseGold reads an object of tags with 0 or 1.
func parseGold(data []byte) (map[directdial.Tag]bool, error) {
	var values map[directdial.Tag]float64
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	gold := map[directdial.Tag]bool{}
	for tag, v := range values {
		if !tag.Valid() {
			return nil, fmt.Errorf("unknown tag %q in \"gold\", want complaint, question or ambassador", string(tag))
		}
		gold[tag] = v > 0
	}
	return gold, nil
}
