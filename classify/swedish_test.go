package classify_test

import (
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func TestSwedishIsTold(t *testing.T) {
	c := classifier(t, classify.Config{})
	for text, want := range map[string]directdial.Tag{
		"Dåligt bemötande, svarar inte på mejl och jag vill ha pengarna tillbaka": directdial.Complaint,
		"Fakturan är fel och ni har fortfarande inte betalat tillbaka":            directdial.Complaint,
		"Inte nöjd, kan inte rekommendera dem":                                    directdial.Complaint,
		"Snabb leverans och mycket trevlig personal, rekommenderas varmt!":        directdial.Ambassador,
		"Är supernöjd med hjälpen, tusen tack":                                    directdial.Ambassador,
		"Hur gör jag för att byta lösenord?":                                      directdial.Question,
		"Någon som vet om butiken har öppet på söndag":                            directdial.Question,
		"Jag sitter på tåget till Göteborg och tittar ut genom fönstret":          "",
	} {
		out := c.Classify(text, "")
		if out.Lang != "sv" || out.Tag() != want {
			t.Errorf("%q: language %q, tags %v, want %q", text, out.Lang, out.Tags, want)
		}
	}
}

// The reviews are good or bad, none is neither.
func TestSwedishIsToldOnTheDevelopmentData(t *testing.T) {
	const least = 0.60 // what a language needs to ship
	c := classifier(t, classify.Config{})
	samples := devSamples(t, "swedish")
	tell := func(about []directdial.Tag) func(string) directdial.Tag {
		return func(text string) directdial.Tag {
			out := c.Classify(text, "sv")
			for _, tag := range about {
				for _, t := range out.Tags {
					if t.Tag == tag {
						return tag
					}
				}
			}
			return ""
		}
	}
	for _, about := range [][]directdial.Tag{{directdial.Complaint}, {directdial.Ambassador}, {directdial.Complaint, directdial.Ambassador}} {
		got := macroF1(samples, about, tell(about))
		t.Logf("%v n=%d macro-F1 %.3f", about, len(samples), got)
		if got < least {
			t.Errorf("%v: macro-F1 %.3f, want at least %.2f", about, got, least)
		}
	}
}
