package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/directdial/directdial/internal/config"
)

const leaked = "hunter2hunter2" // the value of every variable

// FuzzParse: whatever stands in the file, it is read without a panic, refused
// only with an error that has a place in it, and no message tells what a
// variable holds.
func FuzzParse(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	opt := options()
	opt.Env = func(string) (string, bool) { return leaked, true }
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.ReplaceAll(data, []byte("/"), []byte("_")) // name no files of this machine
		cfg, problems := config.Parse("x", data, opt)
		if (cfg == nil) != config.Refused(problems) {
			t.Fatalf("refused without a reason, or not refused with one: %v", problems)
		}
		lines := 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
		for _, p := range problems {
			if p.Msg == "" || p.Line < 0 || p.Column < 0 || (p.File == "x" && p.Line > lines) {
				t.Fatalf("%#v", p)
			}
			if strings.Contains(p.String(), leaked) && !bytes.Contains(data, []byte(leaked)) {
				t.Fatalf("the value of a variable is told: %v", p)
			}
		}
		if again, _ := config.Parse("x", data, opt); (again == nil) != (cfg == nil) {
			t.Fatal("the same text is read in two ways")
		}
	})
}

// seeds are all configurations that the tests have.
func seeds(f *testing.F) [][]byte {
	out := [][]byte{config.Builtin(now), config.Starter(now), switchOn(config.Starter(now)), []byte(minimal)}
	data, err := os.ReadFile(sample)
	if err != nil {
		f.Fatal(err)
	}
	out = append(out, data)
	paths, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "want" {
				out = append(out, slices.Clone(file.Data))
			}
		}
	}
	return out
}

// BenchmarkLargestFiles reads the worst that the bounds of a file allow.
func BenchmarkLargestFiles(b *testing.B) {
	const size = 1<<20 - 100
	fill := func(head, part string) string { return head + strings.Repeat(part, (size-len(head))/len(part)) }
	keys := func(n int, part string) string { return strings.Repeat(part, n) }
	for name, text := range map[string]string{
		"a list":               fill("coaches: [", "a, ") + "]",
		"a list of mappings":   "topics:\n" + keys(9_900, "- { name: a, keywords: [a] }\n"),
		"lines of a text":      fill("data_dir: |\n", " a\n"),
		"one line":             fill("data_dir: ", "a "),
		"quotes":               fill("data_dir: \"", `\n`) + `"`,
		"variables":            fill("data_dir: ", "${A}"),
		"keys of one mapping":  keys(19_900, "a: 1\n"),
		"unknown keys":         keys(19_900, "data_dirr: 1\n"),
		"comments":             fill("", "#\n"),
		"empty lines":          fill("", "\n"),
		"dashes":               fill("coaches:\n", "- a\n"),
		"aliases":              "coaches: [&a a, " + keys(100_000, "*a, ") + "]",
		"nested by indent":     nested(1000),
		"brackets in brackets": "coaches: " + keys(60, "[") + keys(300_000, "a,") + keys(60, "]"),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				config.Parse("x", []byte(text), options())
			}
		})
	}
}

func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
