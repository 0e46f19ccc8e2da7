package classify

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteJSON writes the evaluation as one indented JSON object.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(e)
}

// WriteTable writes the evaluation for people.
func (e *Evaluation) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "tag\tprecision\trecall\tF1\tmacro-F1\tyes\tno\tfalse alarms\tmissed\t\n")
	for _, g := range e.Tags {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t%d\t%d\t%d\t%d\t\n", g.Tag, g.Precision, g.Recall, g.F1, g.MacroF1,
			g.TruePositive+g.FalseNegative, g.FalsePositive+g.TrueNegative, g.FalsePositive, g.FalseNegative)
	}
	fmt.Fprintf(t, "mean\t\t\t%.3f\t\t\t\t\t\t\n", e.MacroF1)
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d samples, %d in a language without a lexicon.\n\nDeciding tag: accuracy %.3f, macro-F1 %.3f. Rows are the labels, columns what was told.\n\n",
		e.Samples, e.Unknown, e.Classes.Accuracy, e.Classes.MacroF1)
	fmt.Fprint(t, "\t")
	for _, name := range e.Classes.Names {
		fmt.Fprintf(t, "%s\t", name)
	}
	fmt.Fprintln(t)
	for i, row := range e.Classes.Confusion {
		fmt.Fprintf(t, "%s\t", e.Classes.Names[i])
		for _, n := range row {
			fmt.Fprintf(t, "%d\t", n)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
