package experts

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

func TestEachCalendarIsExaminedWithARemedy(t *testing.T) {
	dir, broken := t.TempDir(), false
	file := filepath.Join(dir, "leave.ics")
	aDayOff := leaveOf("20261224")
	write(t, file, aDayOff)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/page":
			_, _ = w.Write([]byte("<html>Sign in</html>"))
		case broken || r.URL.Path != "/leave.ics":
			http.Error(w, "no", http.StatusNotFound)
		default:
			_, _ = w.Write([]byte(aDayOff))
		}
	}))
	defer server.Close()
	d := &directdial.Directory{
		Experts: []directdial.Expert{
			{ID: "ana", Calendar: file},
			{ID: "bo", Calendar: server.URL + "/leave.ics?secret=platypus"},
			{ID: "kim", Calendar: filepath.Join(dir, "nowhere.ics")},
		},
		Holidays: []directdial.Holidays{{Calendar: server.URL + "/page"}},
	}
	o := CalendarOptions{
		Dir: filepath.Join(dir, "copies"), Client: server.Client(), Log: zerolog.Nop(),
		Now: func() time.Time { return november },
	}
	check := func(want map[string]string) {
		t.Helper()
		found := ExamineCalendars(t.Context(), d, o)
		for _, f := range found {
			says, ok := want[f.What]
			if !ok || !strings.Contains(f.Says, says) || (f.Health == directdial.Well) != (f.Remedy == "") || strings.Contains(f.Says+f.Remedy, "platypus") {
				t.Errorf("%+v, want %q", f, says)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%d findings, want %d", len(found), len(want))
		}
	}
	check(map[string]string{
		"calendar of ana": "1 time off", "calendar of bo": "1 time off",
		"calendar of kim": "nothing is known of it", "calendar of holidays": "nothing is known of it",
	})
	if _, err := os.Stat(o.Dir); !os.IsNotExist(err) {
		t.Errorf("something was kept: %v", err)
	}
	c := NewCalendars(o)
	c.Use(d)
	c.refresh(t.Context())
	broken = true
	check(map[string]string{
		"calendar of ana": "1 time off", "calendar of bo": "what was read of it before holds",
		"calendar of kim": "nothing is known of it", "calendar of holidays": "nothing is known of it",
	})
}
