package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/directdial/directdial/experts/desk"
)

// screen is a terminal of so many columns.
type screen struct {
	strings.Builder
	columns int
}

func (s *screen) Columns() int { return s.columns }

const wide = "EXPERT\tNAME\tREACHED BY\tENABLED FOR\n" +
	"ana\tAna Lind\tslack, email\tbilling (complaint, question), until 31 December 2027\n" +
	"\t\t\trecall, until 31 December 2027\n" +
	"\nand 3 more\n"

func TestATableFitsItsTerminal(t *testing.T) {
	for columns, want := range map[int]string{
		0: `
EXPERT  NAME      REACHED BY    ENABLED FOR
ana     Ana Lind  slack, email  billing (complaint, question), until 31 December 2027
                                recall, until 31 December 2027

and 3 more
`,
		60: `
EXPERT  NAME      REACHED BY    ENABLED FOR
ana     Ana Lind  slack, email  billing (complaint,
                                question), until 31 December
                                2027
                                recall, until 31 December
                                2027

and 3 more
`,
		30: `
ana
  name Ana Lind,
  reached by slack, email,
  enabled for billing
  (complaint, question), until
  31 December 2027

  enabled for recall, until 31
  December 2027

and 3 more
`,
	} {
		out := &screen{columns: columns}
		table := desk.NewTable(out)
		fmt.Fprint(table, wide)
		if err := table.Flush(); err != nil {
			t.Fatal(err)
		}
		if got := "\n" + out.String(); got != want {
			t.Errorf("%d columns:%s\nwant%s", columns, got, want)
		}
		for line := range strings.Lines(out.String()) {
			if n := ansi.StringWidth(strings.TrimSuffix(line, "\n")); columns > 0 && n > columns {
				t.Errorf("a line of %d columns: %q", n, line)
			}
		}
	}
}

// A table without titles is never taken apart, and what is longer than the
// terminal is wide breaks anywhere.
func TestATableOfLabelsKeepsItsFirstRow(t *testing.T) {
	out := &screen{columns: 20}
	table := desk.NewTable(out)
	fmt.Fprintf(table, "grant\t%s\n", strings.Repeat("x", 30))
	if err := table.Flush(); err != nil || !strings.HasPrefix(out.String(), "grant") || strings.Count(out.String(), "x") != 30 {
		t.Errorf("%v:\n%s", err, out.String())
	}
}
