package email

import (
	_ "embed"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

//go:embed card.html
var cardHTML string

// page draws the card. Words from outside are only ever text in it: the
// template escapes them where they stand, and a link is one that Card.Clean let
// pass.
var page = template.Must(template.New("card.html").Parse(cardHTML))

// html is the mail for whoever reads HTML. It loads nothing from anywhere, has
// no script and no form, and its links only lead to pages.
func (l letter) html() (string, error) {
	c := l.card
	view := struct {
		Title, Status, News, Between, Footer string
		Color                                template.CSS
		Posts                                []postView
		Samples                              []sampleView
		Parked                               []reasonView
		Late                                 []lateView
		Rows                                 []row
		Actions                              []action
		Link                                 string
		Grants, GrantsLabel                  string
	}{
		Title: c.Title(), Status: sentence(c.Status()), News: l.news(), Footer: l.about(), Color: color(c), Link: c.Link,
		Grants: l.grants(), GrantsLabel: grantsLabel,
	}
	if c.Kind == directdial.NoticeCard {
		for _, reason := range slices.Sorted(maps.Keys(c.Notice.Waits)) {
			if l.counted(reason) {
				view.Parked = append(view.Parked, reasonView{c.Notice.Waits[reason], reason})
			}
		}
		view.Late = l.late()
	}
	view.Posts, view.Between = l.posts()
	view.Samples = l.samples()
	view.Actions = l.actions()
	if !c.Over() {
		view.Rows = rows(c)
	}
	var b strings.Builder
	err := page.Execute(&b, view)
	return b.String(), err
}

// posts are the words that are shown, and what stands between the first and the
// newest.
func (l letter) posts() (views []postView, between string) {
	if !l.showsPosts() {
		return nil, ""
	}
	c := l.card
	for _, p := range append([]experts.Post{c.Post}, c.More...) {
		views = append(views, viewOf(c, p))
	}
	return views, c.Between()
}

func viewOf(c experts.Card, p experts.Post) postView {
	v := postView{Lines: strings.Split(p.Words(), "\n"), Byline: c.Byline(p), URL: p.URL}
	if p.Hidden != "" {
		v.Hidden = strings.Split(p.Hidden, "\n")
	}
	return v
}

type postView struct {
	Lines  []string
	Hidden []string // words that only the page shows, and only who asks for them
	Byline string
	URL    string
}

type reasonView struct {
	Count  int
	Reason string
}

// row is a label with sentences.
type row struct {
	Label string
	Lines []string
}

func rows(c experts.Card) []row {
	var all []row
	for _, r := range c.Rows {
		all = append(all, row{sentenceCase(r.Label), r.Lines})
	}
	if c.Kind != directdial.DialCard && c.Kind != directdial.PracticeCard {
		return all
	}
	all = append(all, row{"To you because", c.Why}, row{"Do", c.Do}, row{"Don't", c.Dont})
	if len(c.Next) > 0 {
		all = append(all, row{"Next", []string{strings.Join(c.Next, ", ")}})
	}
	return slices.DeleteFunc(all, func(r row) bool { return len(r.Lines) == 0 })
}

// color marks the tag at a glance. It is readable on light and on dark; the
// title says the same in words.
func color(c experts.Card) template.CSS {
	switch {
	case c.Kind != directdial.DialCard:
		return "#b07d00"
	case c.Over():
		return "#808890"
	case c.Tag == directdial.Complaint:
		return "#d3392f"
	case c.Tag == directdial.Ambassador:
		return "#2e8b57"
	}
	return "#2f74d0"
}
