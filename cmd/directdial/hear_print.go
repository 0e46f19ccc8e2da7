package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// maxHeard is how many posts the table shows.
const maxHeard = 30

// print writes what was heard; hint says that the command to go on may be shown.
func (h *hearing) print(a *app, asJSON, hint bool) error {
	if asJSON {
		return a.printJSON(h)
	}
	tagged := slices.DeleteFunc(slices.Clone(h.Posts), func(p heard) bool { return len(p.Tags) == 0 })
	if len(tagged) > maxHeard {
		fmt.Fprintf(a.out, "\nThe newest %d of %d posts with a tag:\n", maxHeard, len(tagged))
		tagged = tagged[len(tagged)-maxHeard:]
	}
	for _, p := range tagged {
		h.printPost(a.out, p)
	}
	if h.failed() == nil { // else there is nothing to count
		fmt.Fprintf(a.out, "\n%s\n", h.summary())
	}
	if hint && len(h.Posts) > 0 {
		fmt.Fprintf(a.out, "To go on hearing this: directdial hear %q --write directdial.yaml\n", h.words[0])
	}
	return nil
}

func (h *hearing) printPost(w io.Writer, p heard) {
	what := make([]string, len(p.Tags))
	for i, t := range p.Tags {
		what[i] = string(t.Tag)
	}
	line := strings.Join(what, ", ")
	if len(p.Topics) > 0 {
		line += " about " + p.Topics[0].Topic
	}
	if p.Dials != "" {
		line += ", for " + h.colleague(p.Dials)
	}
	if len(p.Words) > 0 {
		line += fmt.Sprintf("  because of %q", p.Words[:min(len(p.Words), 4)])
	}
	fmt.Fprintf(w, "\n%s  %s  %s\n  %s\n", p.CreatedAt.Format("2 Jan 15:04"), p.Platform, line, experts.Cut(experts.Line(p.Text), 160))
	if p.URL != "" {
		fmt.Fprintf(w, "  %s\n", experts.Line(p.URL))
	}
}

// summary counts what was heard and who would be dialled.
func (h *hearing) summary() string {
	tags, dialled := map[directdial.Tag]int{}, map[string]int{}
	for _, p := range h.Posts {
		for _, t := range p.Tags { // a complaining question is both
			tags[t.Tag]++
		}
		if p.Dials != "" {
			dialled[p.Dials]++
		}
	}
	s := fmt.Sprintf("%s, %s, %s among %s", count(tags[directdial.Complaint], "complaint"),
		count(tags[directdial.Question], "question"), count(tags[directdial.Ambassador], "ambassador"), count(len(h.Posts), "post"))
	if len(dialled) == 0 {
		return s + "; nobody is enabled for them yet."
	}
	var who []string
	for _, id := range slices.Sorted(maps.Keys(dialled)) {
		who = append(who, fmt.Sprintf("%s %d", h.colleague(id), dialled[id]))
	}
	return s + "; they would go to " + strings.Join(who, ", ") + "."
}
