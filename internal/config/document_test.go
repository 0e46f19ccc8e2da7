package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial/internal/config"
)

const minimal = "experts: [{ id: kim, terminal: kim }]\nchannels: { terminal: }\n"

// first parses a text and returns its first error, "" if there is none.
func first(text string) string {
	_, problems := config.Parse("x", []byte(text), options())
	for _, p := range problems {
		if p.Severity == config.Error {
			return p.String()
		}
	}
	return ""
}

func TestTheBytesOfAFile(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"byte order mark":    {"\ufeff" + minimal, ""},
		"windows":            {strings.ReplaceAll(minimal, "\n", "\r\n"), ""},
		"windows, a mistake": {strings.ReplaceAll(minimal+"htpp: 1\n", "\n", "\r\n"), "x:3:1: unknown key htpp (did you mean http?)"},
		"columns count characters": {
			`brands: [{ name: "Åäö", keywords: [a], x: 1 }]`, "x:1:40: unknown key x (known here: accounts, exclude, keywords, name, relation)",
		},
		"latin 1":          {"# r\xe9sum\xe9\n" + minimal, "x:1:4: is not text in UTF-8 (save it as UTF-8)"},
		"utf-16":           {"\xff\xfea\x00:\x00", "x:1:1: is not text in UTF-8 (save it as UTF-8)"},
		"NUL":              {minimal + "\x00", "x:3:1: is not text in UTF-8 (save it as UTF-8)"},
		"too large":        {strings.Repeat("# a\n", 1<<18) + minimal, "x: is larger than 1048576 bytes (put people into files of their own, under people)"},
		"too many keys":    {strings.Repeat("a: 1\n", 20_001), "x:20001:2: has more than 20000 keys (put people into files of their own, under people)"},
		"brackets":         {strings.Repeat("[", 100_000), "x:1:65: is nested deeper than 64"},
		"dashes":           {strings.Repeat("- ", 100_000), "x:1:129: is nested deeper than 64"},
		"ended and begun":  {minimal + "...\n" + minimal, "x:4:1: a second document begins here (a file is one document; remove the ---)"},
		"one document":     {"---\n" + minimal + "...\n", ""},
		"escaped variable": {minimal + "data_dir: $${HOME}/x\n", ""},
	} {
		if got := first(c.text); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

func TestAFileThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "none.yaml"): "no such file or directory",
		dir:                             "is no regular file",
	} {
		cfg, problems := config.Load(path, options())
		if cfg != nil || len(problems) != 1 || problems[0].Msg != want || problems[0].File != path {
			t.Errorf("%s: %v", path, problems)
		}
	}
}

func TestAliasesThatRepeatTooMuchAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("brands:\n  - &b { name: a, keywords: &k [" + strings.Repeat("a, ", 5000) + "] }\n")
	b.WriteString(strings.Repeat("  - { name: a, keywords: *k }\n", 5000))
	if got := first(b.String()); !strings.Contains(got, "the aliases up to here repeat more than can be read") {
		t.Error(got)
	}
	b.Reset()
	b.WriteString("routing: &a0 { ")
	for i := range 9000 {
		fmt.Fprintf(&b, "k%d: 1, ", i)
	}
	b.WriteString("}\nretention:\n  <<: [" + strings.Repeat("*a0, ", 9000) + "]\n")
	_, problems := config.Parse("x", []byte(b.String()), options())
	found := false
	for _, p := range problems {
		found = found || strings.HasPrefix(p.Msg, "merge keys copy more")
	}
	if !found {
		t.Error("merge keys may copy for ever")
	}
}

func TestTheFileOfASecret(t *testing.T) {
	dir := t.TempDir()
	path, token := filepath.Join(dir, "directdial.yaml"), filepath.Join(dir, "token")
	write(t, path, minimal+"sources: [{ name: crm, type: webhook, token_file: token }]\n")
	for text, want := range map[string]string{"hunter2": "hunter2", "hunter2\n": "hunter2", "hunter2\r\n": "hunter2", "a\nb\n\n": "a\nb\n", " x ": " x "} {
		write(t, token, text)
		cfg, _ := must(t, path, options())
		var w webhook
		if err := cfg.Sources[0].Decode(&w); err != nil || w.Token.Reveal() != want {
			t.Errorf("%q: %v, %q", text, err, w.Token.Reveal())
		}
	}
	if err := os.Chmod(token, 0o640); err != nil { //nolint:gosec // what the test is about
		t.Fatal(err)
	}
	_, problems := must(t, path, options())
	if text := fmt.Sprint(problems); !strings.Contains(text, "directdial.yaml:3:51: warning: token_file: others on this machine can read token (chmod 600)") {
		t.Error(text)
	}
	write(t, token, strings.Repeat("x", 1<<17))
	_, problems = config.Load(path, options())
	if text := fmt.Sprint(problems); !strings.Contains(text, "token: is larger than 65536 bytes") {
		t.Error(text)
	}
}
