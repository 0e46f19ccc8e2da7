package evaluation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// WriteJSON writes the report as one indented JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(r)
}

// WriteTable writes the report for a terminal.
func (r *Report) WriteTable(w io.Writer) error { return r.document().writeText(w) }

// WriteMarkdown writes the report as sections below a heading of a level.
func (r *Report) WriteMarkdown(w io.Writer, level int) error {
	return r.document().writeMarkdown(w, level)
}

// strange names the languages without a lexicon, the most frequent first.
func (r *Report) strange() string {
	var words []string
	for _, lang := range slices.SortedFunc(maps.Keys(r.Strange), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Strange[b], r.Strange[a]), cmp.Compare(a, b))
	}) {
		words = append(words, fmt.Sprintf("%s %d", cmp.Or(lang, "not told"), r.Strange[lang]))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

func (r *Report) document() *document {
	d := &document{}
	samples := "samples"
	if r.Samples == 1 {
		samples = "sample"
	}
	d.paragraph("%d %s, %d in a language without a lexicon%s. In brackets what holds with 95 %% confidence.", r.Samples, samples, r.Unknown, r.strange())
	if words := unlabelled(r.Evaluation); words != "" {
		d.paragraph("%s", words)
	}
	r.tags(d)
	r.classes(d)
	r.comparisons(d)
	r.calibration(d)
	r.misleading(d)
	r.worst(d)
	return d
}

func (r *Report) tags(d *document) {
	d.heading("Tags")
	d.grid("tag", "precision", "recall", "F1", "macro-F1", "yes", "no", "false alarms", "missed")
	some := 0
	for i := range r.Tags {
		g := &r.Tags[i]
		f := figuresOf(g, r.Intervals.Tags[i])
		some += g.TruePositive + g.FalseNegative
		d.row(string(g.Tag), f.precision, f.recall, f.f1, f.macro,
			strconv.Itoa(g.TruePositive+g.FalseNegative), strconv.Itoa(g.FalsePositive+g.TrueNegative), strconv.Itoa(g.FalsePositive), strconv.Itoa(g.FalseNegative))
	}
	d.row("mean", "", "", measured(some, r.MacroF1, r.Intervals.MacroF1), "", "", "", "", "")
}

func (r *Report) classes(d *document) {
	d.heading("Deciding tag")
	d.paragraph("Accuracy %s, macro-F1 %s. Rows are the labels, columns what was told.",
		measured(r.Samples, r.Classes.Accuracy, r.Intervals.Accuracy), measured(r.Samples, r.Classes.MacroF1, r.Intervals.Classes))
	d.grid(append([]string{"label"}, r.Classes.Names...)...)
	for i, row := range r.Classes.Confusion {
		cells := []string{r.Classes.Names[i]}
		for _, n := range row {
			cells = append(cells, strconv.Itoa(n))
		}
		d.row(cells...)
	}
}

func (r *Report) comparisons(d *document) {
	for i := range r.Comparisons {
		c := &r.Comparisons[i]
		d.heading("Against " + c.With)
		d.grid("tag", "its F1", "its macro-F1", "gain in macro-F1", "p", "only we right", "only it right", "p (McNemar)")
		for j, t := range c.Tags {
			f := figuresOf(&c.Evaluation.Tags[j], c.Intervals.Tags[j])
			d.row(string(t.Tag), f.f1, f.macro, t.MacroF1.String(), likely(t.MacroF1.P),
				strconv.Itoa(t.Corrected), strconv.Itoa(t.Spoiled), likely(t.McNemar))
		}
		d.row("deciding tag", "", within(c.Evaluation.Classes.MacroF1, c.Intervals.Classes), c.Classes.String(), likely(c.Classes.P), "", "", "")
	}
}

func (r *Report) calibration(d *document) {
	if len(r.Calibrations) == 0 {
		return
	}
	d.heading("Calibration")
	d.paragraph("Of the samples with such a score, how many have the tag. Brier score: 0 is perfect, 0.25 a coin; ECE is the mean distance of score and share.")
	d.grid("tag", "score from", "samples", "mean score", "share with the tag")
	for _, c := range r.Calibrations {
		if c.Samples == 0 {
			d.row(string(c.Tag), "-", "0", "-", "-")
			continue
		}
		d.row(string(c.Tag), fmt.Sprintf("Brier %.3f", c.Brier), strconv.Itoa(c.Samples), fmt.Sprintf("ECE %.3f", c.ECE), "")
		for _, b := range c.Bins {
			if b.Samples > 0 {
				d.row("", fmt.Sprintf("%.1f", b.From), strconv.Itoa(b.Samples), fmt.Sprintf("%.3f", b.Score), fmt.Sprintf("%.3f", b.Share))
			}
		}
	}
}

func (r *Report) misleading(d *document) {
	if len(r.Keywords) == 0 {
		return
	}
	d.heading("Keywords that misled most often")
	d.grid("keyword", "for", "fired", "right", "wrong")
	for _, k := range r.Keywords {
		d.row(k.Word, strings.TrimPrefix(k.For, "tag:"), strconv.Itoa(k.Fired), strconv.Itoa(k.Right), strconv.Itoa(k.wrong()))
	}
}

// shownKeywords are how many keywords of a mistake are shown.
const shownKeywords = 5

func (r *Report) worst(d *document) {
	if len(r.Mistakes) == 0 {
		return
	}
	d.heading("Worst mistakes")
	d.grid("tag", "what", "score", "line", "keywords", "text")
	d.foreign()
	for i := range r.Mistakes {
		m := &r.Mistakes[i]
		what := "false alarm"
		if m.Gold {
			what = "missed"
		}
		d.row(string(m.Tag), what, fmt.Sprintf("%.2f", float64(m.Score)/1000), strconv.Itoa(m.Line), keywordList(m.Keywords), r.shown(m.Text))
	}
}

func keywordList(keywords []directdial.Keyword) string {
	var words []string
	for _, k := range keywords[:min(shownKeywords, len(keywords))] {
		word := k.Word
		if k.Negated {
			word = "not " + word
		}
		words = append(words, fmt.Sprintf("%s %+.1f", word, float64(k.Weight)/1000))
	}
	if more := len(keywords) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// within is a figure with its interval.
func within(value float64, in Interval) string {
	return fmt.Sprintf("%.3f [%.3f, %.3f]", value, in.Low, in.High)
}

func (d Difference) String() string {
	return fmt.Sprintf("%+.3f [%+.3f, %+.3f]", d.Value, d.Low, d.High)
}

// likely is a p-value. Smaller than a draw can tell is said as such.
func likely(p float64) string {
	if p < 0.002 {
		return "<0.002"
	}
	return fmt.Sprintf("%.3f", p)
}
