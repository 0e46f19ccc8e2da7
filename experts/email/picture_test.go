package email

import (
	"flag"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var pictures = flag.String("pictures", "", "draw a card, an invitation and the page behind the links into this folder: as PNG where chromium is installed, else as pages")

// frames puts pages side by side, each as high as it is.
const frames = `<!DOCTYPE html><meta charset="utf-8"><style>
:root { color-scheme: light dark; background: #f2f3f5; }
@media (prefers-color-scheme: dark) { :root { background: #16181b; } }
body { display: flex; align-items: flex-start; margin: 0; }
iframe { border: 0; height: 100px; }
</style>
{{frames}}
<script>
for (const f of document.querySelectorAll("iframe")) {
	f.onload = () => { f.style.height = f.contentDocument.documentElement.scrollHeight + "px"; };
	f.srcdoc = f.dataset.page;
}
</script>`

// TestPictures draws what the channel sent, and what its page answers.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("nobody asked: -pictures FOLDER")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Log("chromium is not installed: pages only")
	}
	d := newDesk(t)
	all := cards()
	d.book.card = all["complaint"]
	_, answer, _ := d.ask(http.MethodGet, d.link("ana"), nil)
	var shown strings.Builder
	for _, p := range []struct{ width, page string }{
		{"480px", render(t, all["complaint"]).html}, {"480px", render(t, all["invitation"]).html}, {"375px", answer},
	} {
		shown.WriteString(`<iframe width="` + p.width + `" data-page="` + html.EscapeString(p.page) + `"></iframe>`)
	}
	page := strings.Replace(frames, "{{frames}}", shown.String(), 1)
	for theme, setting := range map[string]string{"light": "1", "dark": "0"} {
		file, err := filepath.Abs(filepath.Join(*pictures, "mail-"+theme))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file+".html", []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		if chromium == "" {
			continue
		}
		out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
			"--blink-settings=preferredColorScheme="+setting, "--virtual-time-budget=2000",
			"--screenshot="+file+".png", "--window-size=1335,810", "file://"+file+".html").CombinedOutput()
		if err != nil {
			t.Fatalf("chromium: %v\n%s", err, out)
		}
		_ = os.Remove(file + ".html")
	}
}
