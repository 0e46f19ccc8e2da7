package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestWhatASignalStopsSaysSoAndLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"much.csv":        "text,label\n" + strings.Repeat("charged twice and nobody answers,complaint\nthank you it works,none\n", 2000),
		"directdial.yaml": "channels: { slack: { token: " + slacktest.Token + " } }\nexperts: [{ id: ana, slack: U0ANA }]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupt signal received"))
	for line, want := range map[string]string{
		"eval much.csv --plots pictures":              "directdial: stopped; nothing was written\n",
		"learn lexicon --data much.csv --out new.tsv": "directdial: stopped; nothing was written\n",
		"learn topics": "directdial: stopped\n",
		"ledger":       "directdial: stopped\n",
	} {
		var out, said bytes.Buffer
		code := execute(ctx, strings.Fields(line), &bytes.Buffer{}, &out, &said)
		if code != exitFailed || !strings.HasSuffix(said.String(), want) {
			t.Errorf("%s: exit %d\n%s%s", line, code, out.String(), said.String())
		}
	}
	for _, name := range []string{"pictures", "new.tsv"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}
