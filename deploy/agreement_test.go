package deploy_test

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// Each way to deploy has a configuration to start from.
var configurations = map[string]string{
	"systemd/directdial.yaml":                    "/var/lib/directdial",
	"docker/live/directdial.yaml":                "/data",
	"docker/example/directdial.yaml":             "/data",
	"kustomize/overlays/example/directdial.yaml": "/data",
}

// The ports are those that the program listens on if nothing is said.
const (
	publicPort = "8080"
	adminPort  = "9090"
)

func TestConfigurationsAreGoodAndUseTheUsualPortsAndTheirData(t *testing.T) {
	defaults, err := exec.Command(program(t), "init").Output()
	if err != nil {
		t.Fatal(err)
	}
	starter, err := parse(defaults)
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range configurations {
		if out, err := exec.Command(program(t), "check", "--config", path).CombinedOutput(); err != nil {
			t.Errorf("check %s: %v\n%s", path, err, out)
		}
		c := documents(t, path)[0]
		if got := at(c, "data_dir"); got != data {
			t.Errorf("%s: data_dir is %v, what is mounted is %s", path, got, data)
		}
		for key, want := range map[string]string{"listen": publicPort, "admin": adminPort} {
			if got := port(t, at(c, "http", key)); got != want || got != port(t, at(starter[0], "http", key)) {
				t.Errorf("%s: http.%s is at port %s", path, key, got)
			}
		}
	}
}

func port(t *testing.T, address any) string {
	t.Helper()
	_, p, err := net.SplitHostPort(fmt.Sprint(address))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// In a container others must reach both listeners; on a machine a proxy is in
// front of one, and Prometheus is on it.
func TestContainersListenForOthersAndAMachineForItself(t *testing.T) {
	for path := range configurations {
		want := "0.0.0.0:"
		if strings.HasPrefix(path, "systemd/") {
			want = "127.0.0.1:"
		}
		for _, key := range []string{"listen", "admin"} {
			if got := fmt.Sprint(at(documents(t, path)[0], "http", key)); !strings.HasPrefix(got, want) {
				t.Errorf("%s: http.%s is %s, want %s…", path, key, got, want)
			}
		}
	}
}

func TestTheImageHasTheToolchainAndThePortsOfTheProgram(t *testing.T) {
	docker, mod := read(t, dockerfile), read(t, "../go.mod")
	_, after, _ := strings.Cut(mod, "\ngo ")
	version, _, _ := strings.Cut(after, "\n")
	for _, line := range []string{
		"FROM --platform=$BUILDPLATFORM golang:" + version + "-", "\nFROM scratch\n", "\nEXPOSE " + publicPort + " " + adminPort + "\n",
		"\nUSER 65532:65532\n", "\nVOLUME /data\n", "--chown=65532:65532 /out/data /data\n",
	} {
		if !strings.Contains(docker, line) {
			t.Errorf("the Dockerfile lacks %q", strings.TrimSpace(line))
		}
	}
}

// What is kept from the image's context must be what git does not track, or the
// version in the program says that something was changed.
func TestTheContextOfTheImageHasEveryTrackedFile(t *testing.T) {
	ignore := read(t, dockerfile+".dockerignore")
	for line := range strings.Lines(ignore) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		out, err := exec.Command("git", "-C", "..", "ls-files", "--", strings.Trim(line, "/")).Output()
		if err != nil {
			t.Skip("this is no checkout of git")
		}
		for tracked := range strings.Lines(string(out)) {
			if !strings.Contains(ignore, "\n!/"+tracked) {
				t.Errorf("%s keeps a tracked file out: %s", line, tracked)
			}
		}
	}
}

func TestKubernetesReachesTheProgramWhereItListens(t *testing.T) {
	container := at(documents(t, statefulSetFile)[0], "spec", "template", "spec", "containers", 0)
	ports := map[string]string{}
	for _, p := range at(container, "ports").([]any) {
		ports[at(p, "name").(string)] = fmt.Sprint(at(p, "containerPort"))
	}
	if ports["http"] != publicPort || ports["admin"] != adminPort || len(ports) != 2 {
		t.Errorf("the container has the ports %v", ports)
	}
	for probe, path := range map[string]string{"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"} {
		if at(container, probe, "httpGet", "path") != path || at(container, probe, "httpGet", "port") != "admin" {
			t.Errorf("%s asks %v", probe, at(container, probe))
		}
	}
	for _, doc := range documents(t, "kustomize/base/service.yaml") {
		if target := at(doc, "spec", "ports", 0, "targetPort").(string); ports[target] == "" {
			t.Errorf("a service goes to %s", target)
		}
	}
	monitor := documents(t, "kustomize/components/servicemonitor/servicemonitor.yaml")[0]
	if at(monitor, "spec", "endpoints", 0, "port") != "admin" || at(monitor, "spec", "endpoints", 0, "path") != "/metrics" {
		t.Errorf("the ServiceMonitor asks %v", at(monitor, "spec", "endpoints"))
	}
}

// Prometheus, Grafana and directdial find each other by the names of compose.
func TestComposeNamesWhatPrometheusAndGrafanaAskFor(t *testing.T) {
	services := at(documents(t, composeFile)[0], "services")
	prometheus := documents(t, "prometheus/prometheus.yml")[0]
	target := fmt.Sprint(at(prometheus, "scrape_configs", 0, "static_configs", 0, "targets", 0))
	host, p, _ := net.SplitHostPort(target)
	if p != adminPort || at(services, host, "image") != "directdial:local" {
		t.Errorf("Prometheus asks %s", target)
	}
	if alias := at(services, "example", "networks", "default", "aliases", 0); alias != host {
		t.Errorf("the example is called %v, and Prometheus asks %s", alias, host)
	}
	source := documents(t, "grafana/provisioning/datasources/prometheus.yaml")[0]
	if got := at(source, "datasources", 0, "url"); got != "http://prometheus:9090" || at(services, "prometheus") == nil {
		t.Errorf("Grafana asks %v", got)
	}
	mounted := strings.Join(texts(at(services, "grafana", "volumes")), "\n")
	provider := documents(t, "grafana/provisioning/dashboards/directdial.yaml")[0]
	if path := at(provider, "providers", 0, "options", "path"); !strings.Contains(mounted, fmt.Sprintf("../grafana/dashboards:%v:ro", path)) {
		t.Errorf("Grafana looks for dashboards in %v, and has %s", path, mounted)
	}
	home, _ := at(services, "grafana", "environment", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").(string)
	read(t, strings.Replace(home, "/var/lib/grafana", "grafana", 1))
}
