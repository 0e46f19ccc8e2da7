package desk

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

func TestAnAddressIsAHostWithItsPortOrAURL(t *testing.T) {
	for address, base := range map[string]string{
		"127.0.0.1:8081":                     "http://127.0.0.1:8081",
		"[::1]:8081":                         "http://[::1]:8081",
		"desk.acme.example:8081":             "http://desk.acme.example:8081",
		"http://10.0.0.7:8081/":              "http://10.0.0.7:8081",
		"https://dial.acme.example/desk/":    "https://dial.acme.example/desk",
		"":                                   "",
		"localhost":                          "",
		":8081":                              "",
		"127.0.0.1:":                         "",
		"ftp://acme.example:1":               "",
		"https://":                           "",
		"https://kim:hunter22@acme.example":  "",
		"kim:hunter22@acme.example:8081":     "",
		"https://acme.example/?tok=hunter22": "",
		"https://acme.example/#hunter22":     "",
		"http://[::1":                        "",
	} {
		c, err := At(address, secret.New(right))
		if (err == nil) != (base != "") || (c != nil && c.base != base) {
			t.Errorf("%q: %+v, %v; want %q", address, c, err, base)
		}
		if err != nil && strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%q: the error tells what may be a secret: %v", address, err)
		}
	}
}

func TestWithoutTLSTheTokenLeavesNoPrivateNetwork(t *testing.T) {
	for address, may := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "10.1.2.3:80": true, "172.16.0.1:80": true, "192.168.0.9:80": true,
		"[fd00::1]:80": true, "169.254.1.1:80": true, "[::ffff:10.0.0.1]:80": true,
		"8.8.8.8:80": false, "172.32.0.1:80": false, "[2001:4860:4860::8888]:80": false, "[::ffff:8.8.8.8]:80": false, "100.64.0.1:80": false,
	} {
		if err := onlyNear("tcp", address, nil); (err == nil) != may {
			t.Errorf("%s: %v", address, err)
		}
	}
	c, err := At("http://8.8.8.8", secret.New(right))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context()); directdial.KindOf(err) != directdial.Denied || !strings.Contains(err.Error(), "https://") {
		t.Errorf("%v", err)
	}
}

func TestADeskElsewhereIsAskedWithTheToken(t *testing.T) {
	var reached []string
	server := httptest.NewServer(Guarded(behind(&reached), web.NewToken(right)))
	defer server.Close()
	for _, address := range []string{server.URL, strings.TrimPrefix(server.URL, "http://")} {
		c, err := At(address, secret.New(right))
		if err != nil {
			t.Fatal(err)
		}
		if s, err := c.Status(t.Context()); err != nil || s.Version != "v1" {
			t.Errorf("%+v, %v", s, err)
		}
		if _, err := c.Backup(t.Context(), "/backups"); directdial.KindOf(err) != directdial.Denied {
			t.Errorf("a backup: %v", err)
		}
	}
}

func TestWhyADeskElsewhereDoesNotAnswerIsToldInPlainWords(t *testing.T) {
	answer := func(status int, header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if key, value, ok := strings.Cut(header, ": "); ok {
				w.Header().Set(key, value)
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	var reached []string
	var elsewhere http.Header
	away := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { elsewhere = r.Header }))
	defer away.Close()
	for name, c := range map[string]struct {
		handler http.Handler
		tls     bool
		kind    directdial.Kind
		says    string
	}{
		"another token":   {Guarded(behind(&reached), web.NewToken("another")), false, directdial.Denied, "does not take this token"},
		"another program": {answer(200, "", `{"version":"v1"}`), false, directdial.Invalid, "is no desk of directdial (status 200)"},
		"another version": {answer(200, versionHeader+": 2", `{}`), false, directdial.Invalid, `speaks version "2", this program "1"`},
		"no daemon":       {answer(502, "", "bad gateway"), false, directdial.Temporary, "does not reach the desk behind it"},
		"sent away":       {http.RedirectHandler(away.URL, http.StatusTemporaryRedirect), false, directdial.Invalid, "is no desk of directdial (status 307)"},
		"broken":          {answer(200, versionHeader+": 1", `<html>`), false, directdial.Internal, "cannot be read"},
		"TLS expected":    {answer(200, "", ""), true, directdial.Temporary, "it answers without TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			address := server.URL
			if c.tls {
				address = strings.Replace(address, "http://", "https://", 1)
			}
			client, err := At(address, secret.New(right))
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Status(t.Context())
			if directdial.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), right) {
				t.Errorf("kind %v: %v", directdial.KindOf(err), err)
			}
		})
	}
	if elsewhere != nil {
		t.Errorf("it went where it was sent: %v", elsewhere)
	}
	if len(reached) > 0 {
		t.Errorf("the desk was reached: %q", reached)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	client, err := At(gone.URL, secret.New(right))
	if err != nil {
		t.Fatal(err)
	}
	host, _ := url.Parse(gone.URL)
	if _, err := client.Status(t.Context()); err == nil || !strings.Contains(err.Error(), host.Host+" refuses the connection: see that the daemon runs") {
		t.Errorf("%v", err)
	}
}

// A proxy with TLS has the desk at a path of its own.
func TestADeskBehindTLSIsAskedIfItsCertificateIsGood(t *testing.T) {
	var reached []string
	guarded := Guarded(behind(&reached), web.NewToken(right))
	server := httptest.NewUnstartedServer(http.StripPrefix("/desk", guarded))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a handshake fails
	server.StartTLS()
	defer server.Close()
	c, err := At(server.URL+"/desk", secret.New(right))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") || len(reached) > 0 {
		t.Errorf("nobody vouches for the certificate: %v, %q", err, reached)
	}
	c.far.next = server.Client().Transport
	if s, err := c.Status(t.Context()); err != nil || s.Version != "v1" || len(reached) != 1 || reached[0] != "GET /v1/status" {
		t.Errorf("%+v, %v, %q", s, err, reached)
	}
}
