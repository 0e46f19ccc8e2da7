package secret_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"github.com/directdial/directdial/internal/secret"
)

type holder struct {
	Token secret.Value            `json:"token" yaml:"token"`
	List  []secret.Value          `json:"list" yaml:"list"`
	Map   map[string]secret.Value `json:"map" yaml:"map"`
	inner secret.Value
}

// leaks prints a secret in every way that a careless line of code could.
func leaks(t *testing.T, text string) map[string]string {
	t.Helper()
	v := secret.New(text)
	h := holder{Token: v, List: []secret.Value{v}, Map: map[string]secret.Value{"a": v}, inner: v}
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%T", "%p", "%t", "%08.3f"} {
		out["value "+verb] = fmt.Sprintf(verb, v)
		out["pointer "+verb] = fmt.Sprintf(verb, &v)
		out["struct "+verb] = fmt.Sprintf(verb, h)
		out["struct pointer "+verb] = fmt.Sprintf(verb, &h)
	}
	out["error"] = fmt.Errorf("login with %v: %w", v, errors.New("refused")).Error()
	for name, x := range map[string]any{"value": v, "struct": h} {
		data, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		out["json "+name] = string(data)
		data, err = yaml.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		out["yaml "+name] = string(data)
	}
	var log bytes.Buffer
	z := zerolog.New(&log)
	z.Info().Interface("v", v).Interface("h", h).Any("a", &h).Stringer("s", v).Str("f", fmt.Sprint(v)).Send()
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v, "h", h)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v, "h", h)
	out["logs"] = log.String()
	return out
}

func TestASecretIsNeverPrinted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		// Letters that stand in no name and no address around the value.
		text := rapid.StringMatching(`[QWXZÄÖ]{6,40}`).Draw(rt, "text")
		for how, got := range leaks(t, text) {
			if strings.Contains(got, text) || strings.Contains(got, fmt.Sprintf("%x", text)) {
				rt.Fatalf("%s printed the secret: %s", how, got)
			}
		}
	})
}

func TestAValueIsPrintedAsRedacted(t *testing.T) {
	if got := fmt.Sprintf("%v %s %d", secret.New("x"), secret.New("y"), secret.New("z")); got != "[redacted] [redacted] [redacted]" {
		t.Error(got)
	}
	if got := secret.New("").String(); got != "" {
		t.Errorf("an empty secret is printed as %q", got)
	}
}

func TestTextGoesInAndComesOutByReveal(t *testing.T) {
	var v secret.Value
	if !v.IsZero() || v.Reveal() != "" {
		t.Error("the zero value is not empty")
	}
	if err := v.UnmarshalText([]byte("hunter2")); err != nil {
		t.Fatal(err)
	}
	if v.Reveal() != "hunter2" || v.IsZero() {
		t.Error("the text did not come out")
	}
	if !v.Equal(secret.New("hunter2")) || v.Equal(secret.New("hunter3")) || v.Equal(secret.Value{}) {
		t.Error("Equal")
	}
}
