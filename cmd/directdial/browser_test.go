package main_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/directdial/directdial"
)

// A dial is taken and answered in a real browser that runs no scripts, on a page
// that anybody can read, by day and by night, on a phone and on a desk.
func TestADialIsTakenAndAnsweredInARealBrowser(t *testing.T) {
	chromium, pictures := os.Getenv("DIRECTDIAL_CHROMIUM"), os.Getenv("DIRECTDIAL_PICTURES")
	if chromium == "" {
		t.Skip("no browser: deploy/proof-browser installs one")
	}
	if pictures == "" {
		pictures = t.TempDir()
	}
	at, smtp, _ := newMail(t)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	out, err := exec.Command("node", "testdata/browser.cjs", chromium, d.mailed(smtp.Mails()[0].Data), pictures).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	if dial := d.dials()[0]; dial.State != directdial.Answered {
		t.Errorf("the dial is %s", dial.State)
	}
}
