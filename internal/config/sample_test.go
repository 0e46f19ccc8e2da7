package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

const sample = "../../deploy/example/directdial.yaml"

// must reads a configuration that has to be accepted.
func must(t *testing.T, path string, opt config.Options) (*config.Config, []config.Problem) {
	t.Helper()
	cfg, problems := config.Load(path, opt)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg, problems
}

func TestTheSampleMeansWhatItSays(t *testing.T) {
	cfg, problems := must(t, sample, options())
	for _, p := range problems {
		if !strings.HasSuffix(p.Msg, "is not set") && !strings.Contains(p.Msg, "links in mail would point at") {
			t.Error(p)
		}
	}
	if diff := cmp.Diff(sampleDirectory(t), cfg.Directory); diff != "" {
		t.Error("-want +got\n" + diff)
	}
	if cfg.DataDir != filepath.Join(filepath.Dir(sample), "data") || cfg.Example || cfg.File != sample {
		t.Errorf("%+v", cfg)
	}
	if cfg.HTTP != (config.HTTP{Listen: "127.0.0.1:8080", PublicURL: "http://127.0.0.1:8080", Desk: "127.0.0.1:8081", Admin: "127.0.0.1:9090"}) {
		t.Errorf("%+v", cfg.HTTP)
	}
	if cfg.Retention != (config.Retention{Text: 90 * 24 * time.Hour, People: 90 * 24 * time.Hour, Ledger: 400 * 24 * time.Hour}) {
		t.Errorf("%+v", cfg.Retention)
	}
	if cfg.Policy == nil || cfg.Policy.Version != "2026-3" || len(cfg.Policy.Lines) == 0 {
		t.Errorf("%+v", cfg.Policy)
	}
}

// sampleDirectory is what the sample says of brands, topics and people.
func sampleDirectory(t *testing.T) *directdial.Directory {
	t.Helper()
	day := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	all := []directdial.Tag{directdial.Complaint, directdial.Question, directdial.Ambassador}
	return &directdial.Directory{
		Brands: []directdial.Brand{{
			Name: "Acme", Keywords: []string{"acme", "@acme", "#acme"}, Exclude: []string{"acme corporation cartoon"},
			Accounts: []directdial.Account{{ID: "mastodon:@acme@mastodon.example", Holder: "kim"}},
		}},
		Topics: []directdial.Topic{
			{Name: "billing", Owner: "ana", Mode: directdial.Direct, Keywords: []string{"invoice", "billed twice", "refund", "charged * times"}, Exclude: []string{"solar charge"}},
			{Name: "recall", Owner: "kim", Mode: directdial.Direct, Keywords: []string{"recall", "caught fire"}, Restricted: true},
		},
		Coaches: []string{"kim"},
		Policy:  "2026-3",
		Experts: []directdial.Expert{
			{
				ID: "ana", Name: "Ana Lind", Prefer: "slack", Languages: []string{"en", "sv"}, Timezone: "Europe/Stockholm",
				Addresses: map[string]string{"slack": "ana@acme.example", "email": "ana@acme.example"},
				Hours:     []string{"Mon-Fri 09:00-17:00"}, Deputy: "bo", Budget: directdial.Budget{PerHour: 3, PerDay: 8},
				Accounts: []string{"mastodon:@ana@social.example"},
				Grants: []directdial.Grant{{
					Topics: []string{"billing"}, Tags: all[:2], Training: "social-101", Policy: "2026-3",
					Agreed: day("2026-11-21T00:00:00+01:00"), Until: day("2027-07-01T00:00:00+02:00"),
				}},
			},
			{
				ID: "bo", Name: "Bo Ek", Prefer: "email", Addresses: map[string]string{"email": "bo@acme.example"},
				Budget: directdial.Budget{PerHour: 3, PerDay: 8},
				Grants: []directdial.Grant{{Topics: []string{"billing"}, Tags: all, Agreed: day("2026-11-21T00:00:00Z"), Until: day("2027-07-01T00:00:00Z")}},
			},
			{
				ID: "kim", Name: "Kim Strand", Prefer: "email", Addresses: map[string]string{"email": "kim@acme.example"},
				Budget: directdial.Budget{Off: true},
				Grants: []directdial.Grant{{Topics: []string{"*", "recall"}, Tags: all, Agreed: day("2026-11-21T00:00:00Z"), Until: day("2028-01-01T00:00:00Z")}},
			},
		},
		Rules: theRules(),
	}
}

// theRules are those of the design, which the sample writes out.
func theRules() directdial.Rules {
	weights := directdial.DefaultWeights()
	return directdial.Rules{
		Fallback:     "kim",
		AcceptWithin: map[directdial.Tag]time.Duration{"complaint": time.Hour, "question": 4 * time.Hour, "ambassador": 0},
		AnswerWithin: map[directdial.Tag]time.Duration{"complaint": 4 * time.Hour, "question": 24 * time.Hour, "ambassador": 0},
		MaxHops:      3, Weights: &weights, MaxAge: 72 * time.Hour, Burst: directdial.Burst{Window: 30 * time.Minute, Cards: 5, MaxReach: 1000}, Crisis: true,
	}
}

// variables supplies everything that the configurations we ship ask for.
func variables(name string) (string, bool) { return "value-of-" + name, true }

func TestTheSampleStartsOnTheDayAfterItsGrantsHaveEnded(t *testing.T) {
	opt := options()
	opt.Strict, opt.Env = true, variables
	opt.Now = time.Date(2028, 1, 1, 0, 0, 1, 0, time.UTC)
	_, problems := must(t, sample, opt)
	var uncovered int
	for _, p := range problems {
		if strings.HasPrefix(p.Msg, "nobody is enabled for ") {
			uncovered++
		}
	}
	if uncovered != 2 {
		t.Errorf("%d topics are told to have nobody, want both: %v", uncovered, problems)
	}
}

func TestTheSampleWithAClusterAndVariablesWithoutQuotes(t *testing.T) {
	data, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("#nats:", "nats:", "#  url", "  url", "#  replicas", "  replicas", `"${`, "${", `}"`, "}").Replace(string(data))
	if !strings.Contains(text, "{ token: ${SLACK_TOKEN}, app_token: ${SLACK_APP_TOKEN}, ") {
		t.Fatal("the sample does not say what it should")
	}
	opt := options()
	opt.Env = variables
	path := filepath.Join(t.TempDir(), "directdial.yaml")
	write(t, path, text)
	write(t, filepath.Join(filepath.Dir(path), "policy.yaml"), "version: 1")
	cfg, _ := must(t, path, opt)
	if cfg.NATS.Replicas != 3 || cfg.NATS.URL.Reveal() != "nats://n1:4222,nats://n2:4222" {
		t.Errorf("%+v", cfg.NATS)
	}
	var s slack
	if err := cfg.Channels[0].Decode(&s); err != nil || s.AppToken.Reveal() != "value-of-SLACK_APP_TOKEN" {
		t.Error(err, s.AppToken.Reveal())
	}
}

func TestWhatIsLeftOutIsAsDocumented(t *testing.T) {
	cfg, problems := config.Parse("minimal", []byte("experts: [{ id: kim, terminal: kim }]\nchannels: { terminal: }\nrouting: { fallback: kim }"), options())
	if cfg == nil {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(theRules(), cfg.Directory.Rules); diff != "" {
		t.Error(diff)
	}
	want := []directdial.Expert{{
		ID: "kim", Name: "kim", Prefer: "terminal", Addresses: map[string]string{"terminal": "kim"},
		Budget: directdial.Budget{PerHour: 3, PerDay: 8},
	}}
	if diff := cmp.Diff(want, cfg.Directory.Experts); diff != "" {
		t.Error(diff)
	}
	if cfg.DataDir != "data" || cfg.NATS.Replicas != 1 || !cfg.NATS.URL.IsZero() || cfg.Policy != nil {
		t.Errorf("%+v", cfg)
	}
}

func TestTheBuiltinExampleHasNothingToComplainAbout(t *testing.T) {
	opt := options()
	opt.Strict = true
	opt.Env = func(name string) (string, bool) { return "t0ken", name == "DIRECTDIAL_EXAMPLE_TOKEN" }
	opt.Now = time.Now()
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

func TestTheStarterPassesAsItIsAndSwitchedOn(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "policy.yaml"), "version: 1")
	for name, data := range map[string][]byte{"as it is": config.Starter(now), "switched on": switchOn(config.Starter(now))} {
		path := filepath.Join(dir, "directdial.yaml")
		write(t, path, string(data))
		cfg, problems := must(t, path, options())
		for _, p := range problems {
			if !strings.HasSuffix(p.Msg, "is not set") {
				t.Errorf("%s: %v", name, p)
			}
		}
		for _, e := range cfg.Directory.Experts {
			if len(e.Hours) > 0 {
				t.Errorf("%s: %s has hours", name, e.ID)
			}
		}
		buying := cfg.Directory.Topics[0]
		if diff := cmp.Diff([]string{"which one", "worth it", "alternative to"}, buying.Keywords); diff != "" || buying.Name != "buying" {
			t.Errorf("%s: %s %s", name, buying.Name, diff)
		}
		if name == "switched on" && (len(cfg.Sources) != 3 || len(cfg.Channels) != 3) {
			t.Errorf("%d sources and %d channels, want 3 and 3", len(cfg.Sources), len(cfg.Channels))
		}
	}
}
