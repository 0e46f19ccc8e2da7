package desk

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// listedGaps is how many gaps of a source are shown to people.
const listedGaps = 3

// PrintSources writes how each source does, for people: a line about each, under
// it why it does not work, and then the newest gaps.
func PrintSources(w io.Writer, list []directdial.SourceStanding) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No sources.")
		return err
	}
	t := NewTable(w)
	fmt.Fprintln(t, "SOURCE\tTYPE\tSTATE\tLAG\tLAST SUCCESS\tNEWEST\tREQUESTS\tBUDGET\tPER HOUR\tGAPS\tMISSING")
	for i := range list {
		s := &list[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", s.Name, s.Type, s.Condition, lag(s),
			stamp(s.Success), stamp(s.Newest), s.Requests, budget(s), perHour(s), gapCount(&s.Gaps), missing(&s.Gaps))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i := range list {
		if err := printTrouble(w, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// printTrouble writes what is wrong with a source, and what it may have missed.
func printTrouble(w io.Writer, s *directdial.SourceStanding) error {
	var lines []string
	if s.Why != "" {
		lines = append(lines, string(s.Condition)+": "+experts.Cut(experts.Line(s.Why), 200))
	}
	newest := slices.Clone(s.Gaps.Newest[max(len(s.Gaps.Newest)-listedGaps, 0):])
	slices.Reverse(newest)
	for _, g := range newest {
		query := ""
		if g.Query != "" {
			query = " of " + experts.Line(g.Query)
		}
		lines = append(lines, fmt.Sprintf("gap%s %s to %s, %s: %s", query, stamp(g.Since), stamp(g.Until), experts.Line(g.Cause), gapWords(g.Missing)))
	}
	if len(lines) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\n%s\n  %s\n", s.Name, strings.Join(lines, "\n  "))
	return err
}

func gapWords(missing int) string {
	switch {
	case missing == 0:
		return "fetched later"
	case missing < 0:
		return "it cannot be told how many are missing"
	}
	return strconv.Itoa(missing) + " missing"
}

func lag(s *directdial.SourceStanding) string {
	if s.Newest.IsZero() {
		return "-"
	}
	return time.Duration(s.Lag * float64(time.Second)).Round(time.Second).String()
}

// budget is how many requests the platform still allows, and until when.
func budget(s *directdial.SourceStanding) string {
	switch {
	case s.Budget == nil:
		return "-"
	case s.Reset.IsZero():
		return strconv.Itoa(*s.Budget)
	}
	return fmt.Sprintf("%d until %s", *s.Budget, s.Reset.Local().Format("15:04"))
}

// perHour is what comes an hour, and what was to be expected.
func perHour(s *directdial.SourceStanding) string {
	if s.Expected == nil {
		return fmt.Sprintf("%.1f", s.PerHour)
	}
	return fmt.Sprintf("%.1f of %.1f", s.PerHour, *s.Expected)
}

func gapCount(g *directdial.SourceGaps) string {
	if g.Backfilled > 0 {
		return fmt.Sprintf("%d, %d fetched", g.Count, g.Backfilled)
	}
	return strconv.Itoa(g.Count)
}

// missing is the sum of what could not be had, with a mark where it is not
// known of every gap.
func missing(g *directdial.SourceGaps) string {
	if g.Unknown > 0 {
		return strconv.Itoa(g.Missing) + "+?"
	}
	return strconv.Itoa(g.Missing)
}
