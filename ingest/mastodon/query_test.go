package mastodon

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestPagesOfABadServer lets a server ignore min_id, mix the order, repeat
// itself, and show what is older than the cursor.
func TestPagesOfABadServer(t *testing.T) {
	page := func(ids ...int) string {
		var list []string
		for _, id := range ids {
			list = append(list, fmt.Sprintf(`{"id":"%d","uri":"https://a.example/%d","visibility":"public","content":"post %d","created_at":"2000-01-01T00:00:00Z"}`, id, id, id))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	listen(t, tags("acme"), func(l *listener) {
		l.answers(page(100))
		l.want()
		l.answers(page(103, 99, 101, 104, 103, 102))
		l.want("post 99", "post 101", "post 102", "post 103", "post 103", "post 104")
		// The same whatever is asked for: it comes to an end.
		l.answers(page(105, 104), page(105, 104), page(105, 104))
		l.want("post 104", "post 105", "post 104", "post 105")
	})
}

func TestTheLinkSaysWhereToGoOn(t *testing.T) {
	for _, link := range []string{
		`<https://a.example/api?max_id=120>; rel="next", <https://a.example/api?min_id=130>; rel="prev"`,
		`<https://a.example/api?max_id=120>; rel="next", <https://a.example/api?min_id=130>;`, // as in the documentation
		`<https://a.example/api?limit=40&min_id=130>`,
	} {
		listen(t, tags("acme"), func(l *listener) {
			l.answers(`[{"id":"100"}]`)
			l.want()
			l.answers(link+"\n[]", `[{"id":"131","uri":"https://a.example/131","visibility":"public","content":"behind posts that are not for us"}]`)
			l.want("behind posts that are not for us")
			if l.asked("min_id=130") != 1 {
				l.Errorf("asked %q", l.requests)
			}
		})
	}
}

func TestAnAnswerThatIsNoListIsNoEnd(t *testing.T) {
	for _, answer := range []string{"null", "{}", `{"error":"x"}`, `"a"`, "[{}]", `[{"id":7}]`, "<html>"} {
		listen(t, tags("acme"), func(l *listener) {
			l.server.Post(by("user1", "#acme one"))
			l.want()
			l.spoil = func(w http.ResponseWriter, r *http.Request) bool { _, _ = w.Write([]byte(answer)); return true }
			if _, err := l.poll(); err == nil {
				l.Errorf("%s is taken for a list", answer)
			}
			l.spoil = nil
			l.server.Post(by("user1", "#acme two"))
			l.want("#acme two")
		})
	}
}
