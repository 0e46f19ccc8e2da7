package directdial_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Who may import whom, and what belongs to an adapter. Knowledge points one
// way: cmd knows all; an adapter knows its parent and the root; ingest,
// classify, route and experts know the root and not each other; the root knows
// nobody.

const module = "github.com/directdial/directdial"

// source is one Go file of the module.
type source struct {
	dir, name string // "ingest/feed", "feed.go"
	test      bool
	imports   []string // of the module: "./ingest"; others as they are
	file      *ast.File
	lines     int
}

func (s source) String() string { return path.Join(s.dir, s.name) }

// in reports whether a folder is one of the trees, or lies in one.
func in(dir string, trees ...string) bool {
	return slices.ContainsFunc(trees, func(t string) bool { return dir == t || strings.HasPrefix(dir, t+"/") })
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		s := source{dir: path.Dir(name), name: path.Base(name), test: strings.HasSuffix(name, "_test.go"), file: f, lines: bytes.Count(data, []byte("\n"))}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if rest, ours := strings.CutPrefix(p, module); ours {
				p = "." + rest
			}
			s.imports = append(s.imports, p)
		}
		all = append(all, s)
		return nil
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("%d files of Go, %v", len(all), err)
	}
	return all
}

// standard reports whether an import is of the standard library.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return first != "." && !strings.Contains(first, ".")
}

// unit is the part of the module that a folder belongs to: "ingest/feed" for an
// adapter and what lies in it, "route" for route.
func unit(dir string) string {
	parts := strings.Split(dir, "/")
	if len(parts) > 1 && (parts[0] == "ingest" || parts[0] == "experts" || parts[0] == "internal") {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// kit reports whether a folder holds what tests of several packages share.
func kit(dir string) bool { return strings.HasSuffix(dir, "test") }

func TestImportsPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			if rule := crosses(s, imported); rule != "" {
				t.Errorf("%s imports %s: %s", s, imported, rule)
			}
		}
	}
}

// crosses returns the rule that an import breaks, "" if it breaks none.
func crosses(s source, imported string) string {
	planes := []string{"ingest", "classify", "route", "experts"}
	to, ours := strings.CutPrefix(imported, "./")
	switch {
	case s.dir == "." && !standard(imported) && imported != ".":
		return "the root imports the standard library only"
	case in(imported, "github.com/nats-io") && !in(s.dir, "internal/bus"):
		return "only internal/bus knows NATS"
	case in(imported, "go.etcd.io/bbolt") && !in(s.dir, "internal/index"):
		return "only internal/index knows bbolt"
	case !ours:
		return ""
	case in(to, "cmd") && !in(s.dir, "cmd"):
		return "nobody imports a command"
	case in(s.dir, "internal") && !in(to, "internal"):
		return "plumbing has no domain in it"
	case in(s.dir, planes...) && in(to, planes...) && strings.Split(to, "/")[0] != strings.Split(s.dir, "/")[0]:
		return "ingest, classify, route and experts meet in the log"
	case in(s.dir, "ingest", "experts", "classify") && in(to, "internal/bus", "internal/index", "internal/config"):
		return "what it needs of the exchange is handed to it"
	case kit(to) && !s.test && !kit(s.dir):
		return "a kit is for tests"
	case in(s.dir, "ingest", "experts") && in(to, "ingest", "experts") && unit(to) != unit(s.dir) && strings.Contains(to, "/") && !kit(to):
		return "an adapter knows its parent, and no other adapter"
	}
	return ""
}

func TestTheRulesSeeWhoCrosses(t *testing.T) {
	for _, c := range []struct {
		from, imported string
		crosses        bool
	}{
		{"./mention.go", "net/url", false},
		{"./mention.go", "golang.org/x/text/language", true},
		{"./mention.go", "./route", true},
		{"./mention_test.go", ".", false},
		{"route/router.go", "./internal/bus", false},
		{"route/router.go", "github.com/nats-io/nats.go", true},
		{"route/router.go", "./experts", true},
		{"route/router_test.go", "./classify", true},
		{"route/main_test.go", "./internal/bus/bustest", false},
		{"route/router.go", "./internal/bus/bustest", true},
		{"internal/bus/embed.go", "github.com/nats-io/nats-server/v2/server", false},
		{"internal/index/index.go", "go.etcd.io/bbolt", false},
		{"cmd/directdial/main.go", "go.etcd.io/bbolt", true},
		{"cmd/directdial/main.go", "./route", false},
		{"internal/web/listen.go", ".", false},
		{"internal/web/listen.go", "./ingest", true},
		{"ingest/feed/feed.go", "./ingest", false},
		{"ingest/feed/feed.go", "./ingest/mastodon", true},
		{"ingest/feed/feed.go", "./experts/slack", true},
		{"ingest/feed/feed.go", "./internal/bus", true},
		{"ingest/feed/feed.go", "./internal/web", false},
		{"ingest/feed/feed.go", "./ingest/sourcetest", true},
		{"ingest/feed/feed_test.go", "./ingest/sourcetest", false},
		{"ingest/feed/feed.go", "./ingest/feed/atom", false},
		{"ingest/feed/feed_test.go", "./ingest/webhook", true},
		{"experts/slack/slack.go", "./internal/index", true},
		{"experts/slack/slack.go", "./cmd/directdial/demo", true},
	} {
		s := source{dir: path.Dir(c.from), name: path.Base(c.from), test: strings.HasSuffix(c.from, "_test.go")}
		if rule := crosses(s, c.imported); (rule != "") != c.crosses {
			t.Errorf("%s imports %s: %q", c.from, c.imported, rule)
		}
	}
}

// What decides does no I/O and asks no clock: the same case gives the same
// decision on every machine and at every time.
func TestTheDecisionIsPure(t *testing.T) {
	pure := func(s source) bool {
		return s.dir == "classify" || s.dir == "route" && slices.Contains([]string{"gate.go", "score.go", "decide.go"}, s.name)
	}
	found := 0
	for _, s := range sources(t) {
		if s.test || !pure(s) {
			continue
		}
		found++
		for _, imported := range s.imports {
			if in(imported, "net", "os", "syscall", "math/rand", "crypto/rand", "context", "log", "./internal/bus", "./internal/index") {
				t.Errorf("%s imports %s: it is pure", s, imported)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "NewTimer", "NewTicker", "Local"}, sel.Sel.Name) {
				t.Errorf("%s asks the clock: time.%s", s, sel.Sel.Name)
			}
			return true
		})
	}
	if found < 10 {
		t.Errorf("only %d pure files were found", found)
	}
}

// An adapter is a folder of ingest or experts that registers itself.
func TestEveryAdapterIsCompleteAndImported(t *testing.T) {
	all := sources(t)
	registered := map[string]bool{}
	for _, s := range all {
		if !s.test && registers(s.file) {
			registered[s.dir] = true
		}
	}
	for _, s := range all {
		if u := unit(s.dir); in(u, "ingest", "experts") && strings.Contains(u, "/") && !kit(u) && u != "experts/desk" && !registered[u] {
			t.Errorf("%s registers nothing: is it an adapter?", u)
			registered[u] = true
		}
	}
	adapters := adapterImports(t, all)
	for dir := range registered {
		if !in(dir, "ingest", "experts") || !strings.Contains(dir, "/") {
			t.Errorf("%s registers something: an adapter is a folder of ingest or of experts", dir)
		}
		if !slices.Contains(adapters, "./"+dir) {
			t.Errorf("cmd/directdial/adapters.go does not import %s", dir)
		}
		for _, want := range []string{path.Base(dir) + ".go", "README.md", "sample.yaml", "testdata", "*_test.go"} {
			if found, err := filepath.Glob(path.Join(dir, want)); err != nil || len(found) == 0 {
				t.Errorf("%s has no %s", dir, want)
			}
		}
	}
	if len(adapters) != len(registered) || len(adapters) < 6 {
		t.Errorf("%d imports in adapters.go for %d adapters", len(adapters), len(registered))
	}
}

// registers reports whether a file calls Register in an init function.
func registers(f *ast.File) (found bool) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" {
			ast.Inspect(fn, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				found = found || (ok && sel.Sel.Name == "Register")
				return true
			})
		}
	}
	return found
}

// adapterImports are the lines of adapters.go, which holds nothing else.
func adapterImports(t *testing.T, all []source) []string {
	t.Helper()
	i := slices.IndexFunc(all, func(s source) bool { return s.String() == "cmd/directdial/adapters.go" })
	if i < 0 {
		t.Fatal("there is no cmd/directdial/adapters.go")
	}
	for _, d := range all[i].file.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			t.Error("adapters.go holds more than imports")
		}
	}
	return all[i].imports
}

func TestFilesHaveOneSubjectAndPackagesAName(t *testing.T) {
	const most = 350 // lines; the house is 300
	for _, s := range sources(t) {
		if !s.test && s.lines > most {
			t.Errorf("%s has %d lines: it has more than one subject", s, s.lines)
		}
		if name := s.file.Name.Name; slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "manager", "service"}, name) {
			t.Errorf("%s: a package is not called %s", s, name)
		}
	}
}
