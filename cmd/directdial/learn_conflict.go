package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts"
)

// Bounds of what is told of labels that contradict each other.
const (
	conflictsTold = 5 // texts
	copiesTold    = 3 // places of one text with one label
)

// tellConflicts names texts of samples that stand there with labels that
// contradict each other, and where, so that a person can mend the data; said is
// what one sample says. It is told beside the result, which may be JSON.
func (a *app) tellConflicts(samples []classify.Sample, conflicts [][]int, said func(*classify.Sample) string) {
	if len(conflicts) == 0 {
		return
	}
	some := ":"
	if len(conflicts) > conflictsTold {
		some = "; the first of them:"
	}
	have := "have"
	if len(conflicts) == 1 {
		have = "has"
	}
	fmt.Fprintf(a.err, "Careful: %s %s labels that contradict each other%s\n", count(len(conflicts), "text"), have, some)
	for _, at := range conflicts[:min(conflictsTold, len(conflicts))] {
		fmt.Fprintf(a.err, "  %q: %s\n", experts.Cut(experts.Line(samples[at[0]].Text), 60), contradicting(samples, at, said))
	}
	fmt.Fprintln(a.err)
}

// contradicting says which label stands where.
func contradicting(samples []classify.Sample, at []int, said func(*classify.Sample) string) string {
	var labels []string
	places := map[string][]string{}
	for _, i := range at {
		label := said(&samples[i])
		if places[label] == nil {
			labels = append(labels, label)
		}
		places[label] = append(places[label], place(&samples[i]))
	}
	for i, label := range labels {
		in := slices.Compact(places[label]) // what colleagues said has no lines
		more := ""
		if len(in) > copiesTold {
			in, more = in[:copiesTold], fmt.Sprintf(" and %d more", len(in)-copiesTold)
		}
		labels[i] = label + " in " + strings.Join(in, ", ") + more
	}
	return strings.Join(labels, "; ")
}

// place is where a sample stands.
func place(s *classify.Sample) string {
	if s.Line == 0 {
		return s.File
	}
	return fmt.Sprintf("%s:%d", filepath.Base(s.File), s.Line)
}

// labelOf is what a sample's labels say.
func labelOf(s *classify.Sample) string {
	var has []string
	for _, tag := range directdial.Tags() {
		if s.Gold[tag] {
			has = append(has, string(tag))
		}
	}
	return cmp.Or(strings.Join(has, "|"), "none")
}

// routeOf is the topic that a sample belongs to.
func routeOf(s *classify.Sample) string { return cmp.Or(s.Route, "no topic") }
