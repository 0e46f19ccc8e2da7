package main_test

import (
	"strings"
	"testing"
)

func TestExplainSaysHowFarATagIsFromBeingTold(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string][]string{
		"acme makes tea, safe":                 {"tags      none\n          complaint 0.", "ambassador 0.", ", told from 0.", "safe +0."},
		"acme, I will kill you":                {"tags      none by its words; as a complaint, for harm\n"},
		"acme jippi hujeda blirpa smordvik qx": {"tags      unsure: none could be told"},
	} {
		out, code := told(t, dir, "explain", text)
		for _, w := range want {
			if code != 0 || !strings.Contains(out, w) {
				t.Errorf("%s: code %d, want %q in\n%s", text, code, w, out)
			}
		}
	}
}
