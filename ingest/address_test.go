package ingest

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

func TestAddressOfAPlatform(t *testing.T) {
	for given, want := range map[string]string{
		"https://api.example": "https://api.example", "https://api.example/v3/": "https://api.example/v3", "http://127.0.0.1:8080//": "http://127.0.0.1:8080",
		"": "", "api.example": "", "ftp://api.example": "", "https://": "", "https:///v3": "", "https://user:hunter2@api.example": "", "https://api.example?key=hunter2": "", "https://api.example\n": "",
	} {
		u, err := Address("api", given, "https://api.example")
		switch {
		case want == "" && (directdial.KindOf(err) != directdial.Invalid || !strings.HasPrefix(err.Error(), "api: must be") || strings.Contains(err.Error(), "hunter2")):
			t.Errorf("%q: %v", given, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v", given, u, err)
		}
	}
}
