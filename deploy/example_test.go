package deploy_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/email/smtptest"
)

// troubles are panels that have nothing to show while all goes well.
var troubles = map[string]bool{"Ambiguous sends": true, "Refused actions": true}

// The profile example of compose, without its containers: the same
// configuration, the same posts, the same settings of Prometheus. A minute after
// the start the board that Grafana opens with has something in every panel.
func TestTheExampleIsALivingBoardWithinAMinute(t *testing.T) {
	if !proving {
		t.Skip("it takes a minute: see deploy/proof")
	}
	prometheus := tool(t, "prometheus")
	config := exampleConfig(t, smtptest.Start(t, smtptest.Options{}).Addr)
	file := filepath.Join(config, "directdial.yaml")
	data := filepath.Join(config, "data")
	write(t, file, strings.Replace(read(t, file), "data_dir: /data", "data_dir: "+data, 1), 0o600)
	t.Setenv("EXAMPLE_TOKEN", "bundled-posts")

	since := time.Now()
	start(t, exec.Command(program(t), "run", "--config", file))
	client := desk.Dial(filepath.Join(data, "directdial.sock"))
	var status desk.Status
	await(t, "the daemon answers", func() (ok bool) {
		var err error
		status, err = client.Status(t.Context())
		return err == nil
	})
	for _, c := range commands(t) {
		if c.where == composeFile+": posts" {
			start(t, exec.Command(program(t), append(c.args[:len(c.args)-1:len(c.args)-1], file)...))
		}
	}
	asked := startPrometheus(t, prometheus, status.Admin)

	board := panels(t)
	dark := board
	await(t, "every panel has something to show", func() bool {
		dark = nil
		for _, p := range board {
			if !troubles[p.title] && !shows(t, asked, p.query) {
				dark = append(dark, p)
			}
		}
		if late := time.Since(since) > time.Minute; late {
			t.Fatalf("after a minute these are empty: %v", dark)
		}
		return len(dark) == 0
	})
	t.Logf("%d queries show something after %v", len(board), time.Since(since).Round(time.Second))
}

// start starts a process that ends with the test.
func start(t *testing.T, c *exec.Cmd) {
	t.Helper()
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
}

// startPrometheus starts a Prometheus with our settings, and another target.
func startPrometheus(t *testing.T, program, target string) (address string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"prometheus.yml", "rules.yml"} {
		text := strings.Replace(read(t, "prometheus/"+name), "directdial:"+adminPort, target, 1)
		write(t, filepath.Join(dir, name), text, 0o600)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	start(t, exec.Command(program, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--log.level=error",
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address))
	return address
}

type panel struct{ title, query string }

// panels are those of the board that Grafana opens with.
func panels(t *testing.T) (all []panel) {
	t.Helper()
	home := at(documents(t, composeFile)[0], "services", "grafana", "environment", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, strings.Replace(fmt.Sprint(home), "/var/lib/", "", 1))), &board); err != nil {
		t.Fatal(err)
	}
	// A minute is what Grafana takes for a scrape every 15 seconds.
	fill := strings.NewReplacer("$__rate_interval", "1m", "$__range", "5m")
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			all = append(all, panel{p.Title, fill.Replace(target.Expr)})
		}
	}
	return all
}

// shows reports whether a query has a value that can be drawn.
func shows(t *testing.T, prometheus, query string) bool {
	t.Helper()
	resp, err := http.Get("http://" + prometheus + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return false // it has not started yet
	}
	defer resp.Body.Close()
	var answer struct {
		Error string
		Data  struct{ Result []struct{ Value [2]any } }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Error != "" {
		return false
	}
	for _, r := range answer.Data.Result {
		if r.Value[1] != "NaN" {
			return true
		}
	}
	return false
}
