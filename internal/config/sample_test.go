package config_test

import (
	"testing"

	"github.com/directdial/directdial/internal/config"
)

func TestTheBuiltinExampleHasNothingToComplainAbout(t *testing.T) {
	opt := options()
	opt.Strict = true
	opt.Env = func(name string) (string, bool) { return "t0ken", name == "DIRECTDIAL_EXAMPLE_TOKEN" }
	cfg, problems := config.Example(opt)
	for _, p := range problems {
		t.Error(p)
	}
	if cfg == nil || !cfg.Example || cfg.DataDir != "data" || cfg.File != "" {
		t.Fatalf("%+v", cfg)
	}
	if n := len(cfg.Directory.Experts); n != 5 {
		t.Errorf("%d experts, want 5", n)
	}
	for _, e := range cfg.Directory.Experts {
		if len(e.Hours) > 0 || e.Addresses["terminal"] == "" {
			t.Errorf("%s has hours or cannot be reached: a first card must come on a Sunday, too", e.ID)
		}
	}
}
