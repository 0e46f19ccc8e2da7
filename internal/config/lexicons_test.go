package config_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

// misplaced is what another package finds wrong in a file that it understands.
type misplaced struct {
	file string
	line int
}

func (m misplaced) Error() string { return "wrong" }
func (m misplaced) Position() (string, int, error) {
	return m.file, m.line, errors.New("what is wrong")
}

func TestLexiconsAreHandedOnInTheirOrderAndTheirMistakesStandWhereTheyAre(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "directdial.yaml")
	write(t, path, minimal+"classify: { lexicons: [./z.tsv, ./more/*.tsv, ./z.tsv], topic_weights: [w.tsv] }\n")
	for name, text := range map[string]string{"z.tsv": "z", "more/b.tsv": "b", "more/a.tsv": "a", "w.tsv": "w"} {
		write(t, filepath.Join(dir, name), text)
	}
	opt := options()
	opt.Check = func(c *config.Config) []error {
		return []error{&directdial.Error{Kind: directdial.Invalid, Err: errors.Join(misplaced{c.Directory.Lexicons[0].Name, 7})}}
	}
	_, problems := config.Load(path, opt)
	want := config.Problem{File: filepath.Join(dir, "z.tsv"), Line: 7, Column: 1, Msg: "what is wrong"}
	if !slices.Contains(problems, want) {
		t.Errorf("problems %v", problems)
	}
	cfg, _ := must(t, path, options())
	var got []string
	for _, f := range append(cfg.Directory.Lexicons, cfg.Directory.TopicWeights...) {
		got = append(got, f.Text)
	}
	if want := []string{"z", "a", "b", "w"}; !cmp.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestAChangeOfALexiconIsAReload(t *testing.T) {
	w := watch(t, func(w *watched) { w.write("lexicons/README", "a folder that is there") })
	w.write("directdial.yaml", minimal+"classify: { lexicons: [./lexicons/*.tsv] }\n")
	<-w.reloads
	<-w.applied
	w.write("lexicons/acme.tsv", "one")
	<-w.reloads
	if c := <-w.applied; len(c.Directory.Lexicons) != 1 || c.Directory.Lexicons[0].Text != "one" {
		t.Errorf("lexicons %+v", c.Directory.Lexicons)
	}
	w.write("lexicons/acme.tsv", "two")
	<-w.reloads
	if c := <-w.applied; c.Directory.Lexicons[0].Text != "two" {
		t.Errorf("lexicons %+v", c.Directory.Lexicons)
	}
}
