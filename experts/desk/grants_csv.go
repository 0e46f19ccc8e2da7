package desk

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/sheet"
	"github.com/directdial/directdial/internal/suggest"
)

// Columns of a table of grants; those that are required come first.
var (
	required = []string{"expert", "topics", "until", "why"}
	columns  = append(slices.Clone(required), "tags", "platforms", "languages", "risk", "level", "review", "from", "training", "policy")
)

// ReadGrants reads a table of grants: CSV with a header, as spreadsheets write it. It
// returns all that is wrong with it, each with its line.
func ReadGrants(r io.Reader, d *directdial.Directory) (acts []GrantAct, problems []string) {
	table := sheet.NewReader(r, 0)
	table.TrimLeadingSpace = table.Comma != '\t' // with tabs an empty cell is blank, too
	header, err := table.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, []string{"1: there is no header; it names the columns: " + strings.Join(columns, ", ")}
	case err != nil:
		return nil, []string{"1: " + err.Error()}
	}
	problems = checkHeader(header)
	if len(problems) > 0 {
		return nil, problems
	}
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return acts, problems
		}
		if err != nil {
			line := 0
			var at *csv.ParseError
			if errors.As(err, &at) {
				line, err = at.Line, at.Err
			}
			problems = append(problems, fmt.Sprintf("%d: %v", line, err))
			if !errors.Is(err, csv.ErrFieldCount) {
				return nil, problems // from here on lines cannot be told apart
			}
			continue
		}
		line, _ := table.FieldPos(0)
		row := grantRow{line: line, cells: map[string]string{}}
		for i, name := range header {
			row.cells[normalColumn(name)] = strings.TrimSpace(cells[i])
		}
		acts = append(acts, row.act(d))
		problems = append(problems, row.problems...)
	}
}

func normalColumn(name string) string {
	return strings.ToLower(strings.TrimSpace(name))
}

func checkHeader(header []string) (problems []string) {
	seen := map[string]bool{}
	for _, name := range header {
		name = normalColumn(name)
		switch {
		case !slices.Contains(columns, name):
			problems = append(problems, fmt.Sprintf("1: there is no column %q; there are: %s", name, strings.Join(columns, ", ")))
		case seen[name]:
			problems = append(problems, fmt.Sprintf("1: the column %q stands twice", name))
		}
		seen[name] = true
	}
	for _, name := range required {
		if !seen[name] {
			problems = append(problems, fmt.Sprintf("1: the column %q is missing", name))
		}
	}
	return problems
}

// grantRow is one line of the table.
type grantRow struct {
	line     int
	cells    map[string]string
	problems []string
}

func (r *grantRow) fail(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf("%d: ", r.line)+fmt.Sprintf(format, args...))
}

func (r *grantRow) act(d *directdial.Directory) GrantAct {
	for _, name := range required {
		if r.cells[name] == "" {
			r.fail("%s is empty", name)
		}
	}
	id := r.cells["expert"]
	if experts := expertsOf(d); id != "" && !slices.Contains(experts, id) {
		r.fail("%s", suggest.None("expert", id, experts))
	}
	g := directdial.Grant{
		Topics: words(r.cells["topics"]), Platforms: words(r.cells["platforms"]), Languages: words(r.cells["languages"]),
		Training: r.cells["training"], Policy: r.cells["policy"], Review: r.cells["review"] == "coach",
	}
	if review := r.cells["review"]; review != "" && review != "coach" {
		r.fail("review is coach or empty, and is %q", review)
	}
	topics := topicsOf(d)
	for _, topic := range g.Topics {
		if topic != "*" && !slices.Contains(topics, topic) {
			r.fail("%s", suggest.None("topic", topic, topics))
		}
	}
	for _, word := range words(r.cells["tags"]) {
		tag := directdial.Tag(word)
		if !tag.Valid() {
			r.fail("%s", suggest.None("tag", word, directdial.TagNames()))
		}
		g.Tags = append(g.Tags, tag)
	}
	g.Risk = r.number("risk", "a number of people", 1<<31-1)
	g.Level = r.number("level", "1 to 3", directdial.MaxLevel)
	r.day("from")
	if r.cells["until"] != "never" {
		r.day("until")
	}
	return GrantAct{
		Action:   directdial.Action{Kind: directdial.ActGrant, Expert: id, Detail: r.cells["why"], Grant: &g},
		FirstDay: r.cells["from"], LastDay: r.cells["until"],
	}
}

func expertsOf(d *directdial.Directory) (ids []string) {
	for i := range d.Experts {
		ids = append(ids, d.Experts[i].ID)
	}
	return ids
}

func topicsOf(d *directdial.Directory) (names []string) {
	for i := range d.Topics {
		names = append(names, d.Topics[i].Name)
	}
	return names
}

// number is a number from 1 on, 0 where there is none.
func (r *grantRow) number(column, what string, most int) int {
	text := r.cells[column]
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		r.fail("%s is %s, and is %q", column, what, text)
	}
	return n
}

func (r *grantRow) day(column string) {
	if day := r.cells[column]; day != "" {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			r.fail("%s is a day like 2027-06-30, and is %q", column, day)
		}
	}
}

// words are what stands in a cell, with blanks, commas or semicolons between.
func words(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == ';' || r == ',' })
}
