package github

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/github/githubtest"
)

// said are the texts of mentions; a deletion is "gone".
func said(items []directdial.Item) (texts []string) {
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			texts = append(texts, it.Text)
		case *directdial.Deletion:
			texts = append(texts, "gone")
		}
	}
	return texts
}

func TestAPostIsLookedAtWithWhatWasRepliedSince(t *testing.T) {
	each(t, func(l *listener, kind string) {
		root := l.github.Open(githubtest.Post{Kind: kind, Title: "Acme", Body: "broke"})
		l.github.Comment(root, "user2", "an old one")
		time.Sleep(time.Hour)
		since := time.Now()
		comment := l.github.Comment(root, "user3", "is it plugged in?")
		l.github.Comment(root, "helper[bot]", "beep")
		l.github.Comment(root, "user1", "oh, thanks")
		l.github.Edit(root.ID, "broke, solved")
		items, err := l.look(root, root.ID, since)
		if diff := cmp.Diff([]string{"Acme\n\nbroke, solved", "is it plugged in?", "oh, thanks"}, said(items)); diff != "" || err != nil {
			l.Errorf("%v\n%s", err, diff)
		}
		items, err = l.look(comment, root.ID, since)
		if diff := cmp.Diff([]string{"is it plugged in?", "oh, thanks"}, said(items)); diff != "" || err != nil {
			l.Errorf("a comment: %v\n%s", err, diff)
		}
		if m := items[0].(*directdial.Mention); m.ID != comment.ID || m.Thread != root.ID || m.InReplyTo != root.ID {
			l.Errorf("a comment: %+v", m)
		}
	})
}

func TestAPostThatIsGoneIsSaidToBe(t *testing.T) {
	each(t, func(l *listener, kind string) {
		root := l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		comment := l.github.Comment(root, "user2", "acme")
		hidden := l.github.Open(githubtest.Post{Kind: kind, Repo: "acme/secret", Body: "acme"})
		l.github.Delete(comment.ID)
		l.github.Hide("acme/secret")
		gone := []githubtest.Written{comment, hidden}
		if kind == githubtest.Issue {
			moved := l.github.Open(githubtest.Post{Body: "acme"})
			l.github.Transfer(moved.ID, "acme/other")
			gone = append(gone, moved)
		}
		for _, w := range gone {
			items, err := l.look(w, root.ID, time.Now())
			if len(items) == 0 || err != nil {
				l.Fatalf("%s: %v", w.URL, err)
			}
			if d, ok := items[0].(*directdial.Deletion); !ok || d.ID != w.ID || len(items) != 1 {
				l.Errorf("%s: %v", w.URL, said(items))
			}
		}
		l.github.Delete(root.ID)
		if items, err := l.look(root, root.ID, time.Now()); err != nil || len(said(items)) != 1 || said(items)[0] != "gone" {
			l.Errorf("%v, %v", said(items), err)
		}
	})
}

func TestWhatCannotBeLookedAtIsNotSaidToBeGone(t *testing.T) {
	each(t, func(l *listener, kind string) {
		root := l.github.Open(githubtest.Post{Kind: kind, Body: "acme"})
		for _, answer := range []struct {
			status int
			body   string
		}{{500, ""}, {401, `{"message":"Bad credentials"}`}, {403, `{"message":"SAML"}`}, {200, `{}`}, {200, `null`}, {200, `<html>`}} {
			l.spoil = refuseWith("", answer.status, answer.body)
			if items, err := l.look(root, root.ID, time.Now()); err == nil || len(items) > 0 {
				l.Errorf("%d %s: %v, %v", answer.status, answer.body, said(items), err)
			}
		}
		l.spoil = nil
		root.URL = "https://other.example/1"
		if _, err := l.look(root, root.ID, time.Now()); err == nil {
			l.Error("an address of somebody else")
		}
	})
}
