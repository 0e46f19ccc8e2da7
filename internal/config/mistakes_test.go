package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/directdial/directdial/internal/config"
)

var update = flag.Bool("update", false, "write what the tests find into the golden files")

// Each archive in testdata/mistakes is a folder with a configuration and, under
// want, what is said about it. Lines above the first file set options: strict,
// now 2027-07-01, env NAME=value.
func TestEachMistakeIsToldWithItsPlace(t *testing.T) {
	archives, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("there are no mistakes", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := problemsOf(t, archive)
			last := &archive.Files[len(archive.Files)-1]
			if last.Name != "want" {
				t.Fatal("the last file of the archive is not want")
			}
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(last.Data), got); diff != "" {
				t.Error("-want +got\n" + diff)
			}
		})
	}
}

// problemsOf writes the archive into a folder and reads the configuration
// there. It returns the problems, a line each, with paths from that folder on.
func problemsOf(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	cfg, problems := config.Load(filepath.Join(dir, "directdial.yaml"), archiveOptions(t, string(archive.Comment)))
	if refused := config.Refused(problems); refused != (cfg == nil) {
		t.Errorf("refused is %v and the configuration %v", refused, cfg)
	}
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(strings.ReplaceAll(p.String(), dir+string(filepath.Separator), "") + "\n")
	}
	return b.String()
}

func archiveOptions(t *testing.T, comment string) config.Options {
	t.Helper()
	opt, env := options(), map[string]string{}
	opt.Env = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	for line := range strings.Lines(comment) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "strict":
			opt.Strict = true
		case "env":
			name, value, _ := strings.Cut(rest, "=")
			env[name] = value
		case "now":
			day, err := time.Parse(time.DateOnly, rest)
			if err != nil {
				t.Fatal(err)
			}
			opt.Now = day
		case "", "#":
		default:
			t.Fatalf("the archive has an unknown option %q", word)
		}
	}
	return opt
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
