package config_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

// sourceOf reads one source with that text after its name and type.
func sourceOf(t *testing.T, dir, settings string, env map[string]string) config.Source {
	t.Helper()
	opt := options()
	opt.Env = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	path := filepath.Join(dir, "directdial.yaml")
	write(t, path, minimal+"sources: [{ name: crm, type: webhook, "+settings+" }]\n")
	cfg, _ := must(t, path, opt)
	return cfg.Sources[0]
}

func TestSettingsChangeWithWhatAnAdapterSees(t *testing.T) {
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	write(t, token, "one")
	one := map[string]string{"T": "one"}
	base := sourceOf(t, dir, "token: ${T}", one).Settings
	if again := sourceOf(t, dir, " token:   ${T}   ", one).Settings; again != base {
		t.Error("the same settings look different")
	}
	different := map[string]string{
		"another value of the variable": sourceOf(t, dir, "token: ${T}", map[string]string{"T": "two"}).Settings,
		"another key":                   sourceOf(t, dir, "token: ${T}, platforms: []", one).Settings,
		"a file":                        sourceOf(t, dir, "token_file: token", one).Settings,
	}
	write(t, token, "two")
	different["another content of the file"] = sourceOf(t, dir, "token_file: token", one).Settings
	seen := map[string]string{base: "the first"}
	for what, settings := range different {
		if other, ok := seen[settings]; ok {
			t.Errorf("%s and %s have the same settings", what, other)
		}
		seen[settings] = what
		if strings.Contains(settings, "one") || strings.Contains(settings, "two") {
			t.Error("settings tell a secret")
		}
	}
}

func TestDecodeGivesTheSameEachTimeAndBesideItself(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token"), "hunter2\n")
	s := sourceOf(t, dir, "token_file: token, platforms: [a, b]", nil)
	write(t, filepath.Join(dir, "token"), "changed since") // only a reload sees it
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var w webhook
			if err := s.Decode(&w); err != nil || w.Token.Reveal() != "hunter2" || len(w.Platforms) != 2 {
				t.Error(err, w)
			}
		})
	}
	all.Wait()
}

func TestAnErrorOfDecodeHasAPlaceAndNoSecret(t *testing.T) {
	s := sourceOf(t, t.TempDir(), "token: ${T}, platforms: [a]", map[string]string{"T": "hunter2"})
	var other struct {
		Token     int    `yaml:"token"`
		Platforms string `yaml:"platforms"`
	}
	err := s.Decode(&other)
	if directdial.KindOf(err) != directdial.Invalid {
		t.Error(directdial.KindOf(err))
	}
	for _, want := range []string{`:3:46: token: must be a whole number, and is "${T}"`, ":3:63: platforms: must be a single value, and is a list"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	if strings.Contains(fmt.Sprint(err), "hunter2") {
		t.Error("the error tells a secret")
	}
}

func TestAConstructorThatTakesNoSettingsTakesNoKeys(t *testing.T) {
	opt := options()
	opt.Kinds.Sources["plain"] = func(string, config.Decode) error { return nil }
	_, problems := config.Parse("x", []byte("sources: [{ name: a, type: plain, url: b }]"), opt)
	if text := fmt.Sprint(problems); !strings.Contains(text, "x:1:35: unknown key url") {
		t.Error(text)
	}
}

func TestEveryErrorOfACheckIsToldWhereItBelongs(t *testing.T) {
	opt := options()
	opt.Check = func(cfg *config.Config) []error {
		if len(cfg.Directory.Experts) != 2 {
			t.Errorf("%d experts", len(cfg.Directory.Experts))
		}
		return []error{
			errors.Join(&directdial.Error{Kind: directdial.Invalid, Field: "experts[1].name", Msg: "is odd"}, errors.New("it rains")),
			&directdial.Error{Kind: directdial.Invalid, Field: "topics[7].name", Msg: "is not there"},
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "directdial.yaml")
	write(t, path, "people: [bo.yaml]\n"+minimal)
	write(t, filepath.Join(dir, "bo.yaml"), "id: bo\nname: Bo Ek\nterminal: bo\n")
	_, problems := config.Load(path, opt)
	text := strings.ReplaceAll(fmt.Sprint(problems), dir+string(filepath.Separator), "")
	for _, want := range []string{"bo.yaml:2:7: experts[1].name: is odd", "directdial.yaml:1:1: it rains", "directdial.yaml:1:1: topics[7].name: is not there"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
}

func TestWhatIsNotThereIsNamedByWhatNeedsIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "directdial.yaml")
	write(t, path, minimal+`
data_dir: "${DATA}/x"
nats: { url_file: nowhere }
sources:
  - { name: crm, type: webhook, token: "${A}${B}" }
  - { name: web, type: webhook, token: there }
brands: [{ name: "${BRAND}", keywords: [acme, "${BRAND}"] }]
`)
	cfg, problems := must(t, path, options())
	want := map[string][]string{"data_dir": {"DATA"}, "nats": {"nowhere"}, "source crm": {"A", "B"}, "": {"BRAND"}}
	if !reflect.DeepEqual(cfg.Lacks, want) {
		t.Errorf("%v, want %v\n%v", cfg.Lacks, want, problems)
	}
	strict := options()
	strict.Strict = true
	if cfg, problems := config.Load(path, strict); cfg != nil || len(problems) < 5 {
		t.Errorf("it is not refused: %v", problems)
	}
}
