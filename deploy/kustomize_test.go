package deploy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const overlay = "kustomize/overlays/example"

// Where the schemas come from that kubeconform holds the manifests against:
// the API of Kubernetes and that of the Prometheus operator.
const (
	kubernetes = "k8s.io/kubernetes@v1.36.3"
	operator   = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
)

func TestKubernetesTakesTheManifests(t *testing.T) {
	kustomize, kubeconform := tool(t, "kustomize"), tool(t, "kubeconform")
	manifests, err := exec.Command(kustomize, "build", overlay).Output()
	if err != nil {
		t.Fatal(err)
	}
	schemas := t.TempDir()
	writeAPISchemas(t, filepath.Join(module(t, kubernetes), "api/openapi-spec/swagger.json"), schemas)
	writeCRDSchemas(t, filepath.Join(module(t, operator), "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"), schemas)
	check := func(manifests []byte) (string, error) {
		c := exec.Command(kubeconform, "-strict", "-summary", "-verbose",
			"-schema-location", filepath.Join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json"), "-")
		c.Stdin = bytes.NewReader(manifests)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	out, err := check(manifests)
	if err != nil {
		t.Errorf("kubeconform: %v", err)
	}
	t.Log(out)
	// A schema that takes anything would prove nothing.
	for _, bad := range []struct{ from, to string }{
		{"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: sure"},
		{"readOnlyRootFilesystem:", "readonlyRootFilesystem:"},
		{"maxUnavailable: 1", "maxUnavailable: {}"},
		{"jobLabel:", "jobLabels:"},
		{"interval: 15s", "interval: soon"},
	} {
		broken := bytes.ReplaceAll(manifests, []byte(bad.from), []byte(bad.to))
		if bytes.Equal(broken, manifests) {
			t.Errorf("%q stands nowhere", bad.from)
		}
		if out, err := check(broken); err == nil {
			t.Errorf("kubeconform takes %q\n%s", bad.to, out)
		}
	}
}

// module returns the folder of a module, which it has fetched if need be.
func module(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", name).Output()
	if err != nil {
		t.Fatalf("go mod download %s: %v\n%s", name, err, out)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(m.Dir); err != nil {
		t.Fatal(err)
	}
	return m.Dir
}
