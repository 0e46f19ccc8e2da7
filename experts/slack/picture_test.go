package slack_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

var pictures = flag.String("pictures", "", "draw a card, the forms and the Home tab into this folder: as PNG where chromium is installed, else as pages")

// TestPictures draws from the Block Kit that the channel sent what a person sees.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("nobody asked: -pictures FOLDER")
	}
	d := newDesk(t, "socket", withGrants)
	all := cards()
	offered := all["thread"]
	offered.Offer, offered.To = d.book.card.Offer, d.book.card.To
	d.book.mu.Lock()
	d.book.card = offered
	d.book.mu.Unlock()
	for _, name := range []string{"thread", "invitation"} {
		if _, err := d.channel.Send(t.Context(), offered.To, all[name]); err != nil {
			t.Fatal(err)
		}
	}
	d.tell(d.Press(ana.ID, slacktest.On(d.Messages()[1]), "Pass on"), d.OpenHome(ana.ID))
	await(t, "the form", func() bool { return len(d.Views()) == 1 })
	d.tell(d.Press(ana.ID, slacktest.On(d.Messages()[1]), "Not for us"))
	await(t, "the other form", func() bool { return len(d.Views()) == 2 })
	home := d.home("What you are enabled for")
	for theme, dark := range map[string]bool{"light": false, "dark": true} {
		file, err := filepath.Abs(filepath.Join(*pictures, "slack-"+theme))
		if err != nil {
			t.Fatal(err)
		}
		page := slacktest.HTML(dark, d.Messages()[1:]...) + slacktest.HTMLViews(dark, d.Views()[0], d.Views()[1], home)
		if err := os.WriteFile(file+".html", []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		chromium, err := exec.LookPath("chromium")
		if err != nil {
			t.Log("chromium is not installed: pages only")
			continue
		}
		out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
			"--screenshot="+file+".png", "--window-size=680,2040", "file://"+file+".html").CombinedOutput()
		if err != nil {
			t.Fatalf("chromium: %v\n%s", err, out)
		}
		_ = os.Remove(file + ".html")
	}
}
