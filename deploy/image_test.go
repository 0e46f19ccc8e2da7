package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/email/smtptest"
)

// The tree of the image is built by the script that the Dockerfile runs, and
// the program started in it as the image starts it: this root and no other,
// read only, a user without a name and without rights. It takes a mention,
// mails the card, says that it is ready and ends at SIGTERM.
func TestTheImageRunsReadOnlyAsNobody(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 || !proving {
		t.Skip("it needs root, and builds the whole program anew: see deploy/proof")
	}
	tree := buildTree(t)
	mails := smtptest.Start(t, smtptest.Options{})
	data := t.TempDir()
	// As Kubernetes hands a volume over: it belongs to the group of the pod.
	if err := os.Chown(data, 0, user); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o2775); err != nil {
		t.Fatal(err)
	}
	c := contained{tree: tree, data: data, config: exampleConfig(t, mails.Addr)}
	daemon := c.command(t.Context(), "run", "--config", "/etc/directdial/directdial.yaml")
	var log bytes.Buffer
	daemon.Stdout, daemon.Stderr = &log, &log
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- daemon.Wait() }()
	client := desk.Dial(filepath.Join(data, "directdial.sock"))
	var status desk.Status
	await(t, "the daemon answers", func() (ok bool) {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, log.String())
		default:
		}
		var err error
		status, err = client.Status(t.Context())
		return err == nil
	})
	checkRights(t, status.PID)
	postOne(t, status.Listen)
	await(t, "the card is mailed", func() bool { return len(mails.Mails()) == 1 })
	// The health check of the image, in the same root.
	if out, err := c.command(t.Context(), "ready", "--config", "/etc/directdial/directdial.yaml").CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "ready\n") {
		t.Errorf("the health check: %v\n%s", err, out)
	}
	if err := syscall.Kill(status.PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("SIGTERM ends it with %v\n%s", err, log.String())
	}
	t.Log(log.String())
}

const user = 65532

func buildTree(t *testing.T) string {
	t.Helper()
	tree := filepath.Join(t.TempDir(), "tree")
	build := exec.Command("deploy/docker/rootfs", tree)
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("rootfs: %v\n%s", err, out)
	}
	var files []string
	err := filepath.WalkDir(tree, func(path string, e fs.DirEntry, err error) error {
		if err == nil && (!e.IsDir() || e.Name() == "data") {
			name, _ := filepath.Rel(tree, path)
			files = append(files, name)
		}
		return err
	})
	if want := []string{"data", "directdial", "etc/ssl/certs/ca-certificates.crt"}; err != nil || !slices.Equal(files, want) {
		t.Fatalf("the image has %q, want %q (%v)", files, want, err)
	}
	for _, top := range []string{"data", "directdial", "etc"} {
		if !strings.Contains(read(t, dockerfile), " /out/"+top+" /"+top+"\n") {
			t.Errorf("the Dockerfile does not copy %s", top)
		}
	}
	return tree
}

// exampleConfig is a folder with the configuration of the example, with ports
// that nobody has.
func exampleConfig(t *testing.T, smtp string) string {
	t.Helper()
	dir := t.TempDir()
	text := strings.NewReplacer(
		"0.0.0.0:"+publicPort, "127.0.0.1:0", "0.0.0.0:"+adminPort, "127.0.0.1:0", "mail:1025", smtp,
	).Replace(read(t, "docker/example/directdial.yaml"))
	write(t, filepath.Join(dir, "directdial.yaml"), text, 0o644)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contained runs the program of a tree as a container engine would.
type contained struct{ tree, data, config string }

const enter = `
set -e
mount --make-rprivate /
mount --bind "$TREE" "$TREE"
mount -o remount,bind,ro "$TREE"
mount --bind "$DATA" "$TREE/data"
mount --bind -o ro "$CONFIG" "$TREE/etc/directdial"
exec setpriv --no-new-privs chroot --userspec=65532:65532 --groups= "$TREE" /directdial "$@"
`

func (c contained) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "unshare", append([]string{"--mount", "sh", "-c", enter, "sh"}, args...)...)
	cmd.Env = append(os.Environ(), "TREE="+c.tree, "DATA="+c.data, "CONFIG="+c.config, "EXAMPLE_TOKEN=bundled-posts")
	return cmd
}

// checkRights looks at the process from outside.
func checkRights(t *testing.T, pid int) {
	t.Helper()
	status := read(t, fmt.Sprintf("/proc/%d/status", pid))
	for _, line := range []string{"Uid:\t65532\t65532\t65532\t65532\n", "Gid:\t65532\t65532\t65532\t65532\n", "CapEff:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
		if !strings.Contains(status, line) {
			t.Errorf("the process lacks %q:\n%s", line, status)
		}
	}
	root := fmt.Sprintf("/proc/%d/root/", pid)
	if err := os.WriteFile(root+"written", nil, 0o600); err == nil {
		t.Error("the root can be written, even by root")
	}
	if names, err := os.ReadDir(root); err != nil || len(names) != 3 {
		t.Errorf("the process sees %v (%v)", names, err)
	}
}

func postOne(t *testing.T, address string) {
	t.Helper()
	body := `{"id":"https://social.example/1","text":"@acme you charged me twice, where is my refund?","author":{"handle":"sam"}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/v1/mentions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer bundled-posts")
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("the webhook answers %s: %s", resp.Status, answer)
	}
}

// await returns when the condition is met, and fails the test if that takes
// longer than anything here may.
func await(t *testing.T, what string, met func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
