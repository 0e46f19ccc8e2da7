package classify_test

import (
	"encoding/json"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func config() classify.Config {
	return classify.Config{
		Brands: []directdial.Brand{
			{Name: "Acme", Keywords: []string{"acme", "acme bank"}, Exclude: []string{"acme corporation cartoon"}},
			{Name: "Zenith", Competitor: true, Keywords: []string{"zenith"}, Exclude: []string{"at its zenith"}},
		},
		Topics: []directdial.Topic{
			{Name: "billing", Keywords: []string{"invoice", "billed twice", "refund", "charged * times", "charg*"}, Exclude: []string{"solar charge"}},
			{Name: "recall", Keywords: []string{"recall", "caught fire"}},
		},
	}
}

func classifier(t testing.TB, cfg classify.Config) *classify.Classifier {
	t.Helper()
	c, err := classify.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestABrandIsFoundAsAWordAHandleAndAHashtagOnly(t *testing.T) {
	c := classifier(t, config())
	for text, want := range map[string]string{
		"acme is here": "Acme", "ACME!": "Acme", "Acme's app": "Acme", "@acme hi": "Acme", "#acme hi": "Acme", "#AcmeFail": "Acme",
		"hi @acme@social.example": "Acme", "ａｃｍｅ": "Acme", "a\u200bcme": "Acme", "#acmebank": "Acme", "@acmebank": "Acme", "#AcmeBank": "Acme",
		"acmeist": "", "xacme": "", "@acmeist": "", "#acmeist": "", "https://acme.example/acme": "", "user@acme.example": "",
	} {
		got := ""
		if b := c.Classify(text, "").Brands; len(b) > 0 {
			got = b[0]
		}
		if got != want {
			t.Errorf("%q: brand %q, want %q", text, got, want)
		}
	}
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
