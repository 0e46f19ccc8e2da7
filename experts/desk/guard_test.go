package desk

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/directdial/directdial/internal/web"
)

const right = "0123456789abcdef0123456789abcdef"

// behind is a desk of which it only matters whether it is reached.
func behind(reached *[]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*reached = append(*reached, r.Method+" "+r.URL.Path)
		web.WriteJSON(w, http.StatusOK, Status{Version: "v1"})
	})
}

func TestNobodyWithoutTheTokenReachesTheDeskAndAllAreToldTheSame(t *testing.T) {
	var reached []string
	guarded := Guarded(behind(&reached), web.NewToken(right))
	ask := func(method, path string, header http.Header) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader("{}"))
		r.Header = header
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, r)
		return w
	}
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	page := bearer(right)
	page.Set("Origin", "http://evil.example")
	same := ask(http.MethodGet, "/v1/ledger", http.Header{})
	if same.Code != http.StatusUnauthorized || same.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("%d %v", same.Code, same.Header())
	}
	for name, c := range map[string]struct {
		method, path string
		header       http.Header
	}{
		"another token":              {http.MethodGet, "/v1/ledger", bearer("another")},
		"a part of it":               {http.MethodGet, "/v1/ledger", bearer(right[:31])},
		"more than it":               {http.MethodGet, "/v1/ledger", bearer(right + "0")},
		"an empty one":               {http.MethodGet, "/v1/ledger", bearer("")},
		"another scheme":             {http.MethodGet, "/v1/ledger", http.Header{"Authorization": {"Basic " + right}}},
		"the token alone":            {http.MethodGet, "/v1/ledger", http.Header{"Authorization": {right}}},
		"a second header":            {http.MethodGet, "/v1/ledger", http.Header{"Authorization": {"Bearer x", "Bearer " + right}}},
		"in the address":             {http.MethodGet, "/v1/ledger?token=" + right, http.Header{}},
		"a cookie":                   {http.MethodGet, "/v1/ledger", http.Header{"Cookie": {"token=" + right}}},
		"what is not there":          {http.MethodGet, "/v1/nothing", http.Header{}},
		"a change":                   {http.MethodPost, "/v1/forget", http.Header{}},
		"a backup":                   {http.MethodPost, "/v1/backup", http.Header{}},
		"a page that has the token":  {http.MethodPost, "/v1/forget", page},
		"a browser that asks before": {http.MethodOptions, "/v1/forget", http.Header{"Origin": {"http://evil.example"}}},
		"a change of the front":      {http.MethodPost, "/", http.Header{}},
		"a way around":               {http.MethodGet, "//v1/ledger", http.Header{}},
	} {
		w := ask(c.method, c.path, c.header)
		if w.Code != same.Code || w.Body.String() != same.Body.String() || len(w.Header()) != len(same.Header()) {
			t.Errorf("%s: %d %s %v", name, w.Code, w.Body, w.Header())
		}
		for key := range w.Header() {
			if strings.HasPrefix(key, "Access-Control-") {
				t.Errorf("%s: %s lets pages in", name, key)
			}
		}
	}
	if len(reached) > 0 {
		t.Errorf("the desk was reached by %q", reached)
	}
	if w := ask(http.MethodGet, "/v1/ledger", bearer(right)); w.Code != http.StatusOK || len(reached) != 1 {
		t.Errorf("with the token: %d %s", w.Code, w.Body)
	}
	if w := ask(http.MethodPost, "/v1/backup", bearer(right)); w.Code != http.StatusForbidden || len(reached) != 1 {
		t.Errorf("a backup into any folder of the daemon's machine: %d %s", w.Code, w.Body)
	}
}

func TestTheFrontSaysWhatTheAddressIsAndNothingOfTheExchange(t *testing.T) {
	var reached []string
	w := httptest.NewRecorder()
	Guarded(behind(&reached), web.NewToken(right)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	body, _ := io.ReadAll(w.Body)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || string(body) != front || len(reached) > 0 {
		t.Errorf("%d %v %s %q", w.Code, w.Header(), body, reached)
	}
}
