package config

import "testing"

func TestOnlyAddressesAreNamedHosts(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:3000":        "127.0.0.1:3000",
		"https://10.1.2.3/feed.xml":    "10.1.2.3:443",
		"http://localhost/":            "localhost:80",
		"http://[::1]:8080/x":          "[::1]:8080",
		"https://mastodon.example":     "",
		"http://127.0.0.1.evil.test/":  "",
		"acme":                         "",
		"gopher://127.0.0.1":           "",
		"wss://10.1.2.3":               "10.1.2.3:443",
		"ws://localhost":               "localhost:80",
		"http://user:pass@127.0.0.1:1": "127.0.0.1:1",
	} {
		if got := namedHost(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
