package deploy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What runs example posts runs nowhere else, and nothing is reached from
// another machine.
func TestComposeHasNoToyOutsideTheExample(t *testing.T) {
	for name, s := range at(documents(t, composeFile)[0], "services").(map[string]any) {
		profiles := texts(at(s, "profiles"))
		if len(profiles) == 0 {
			t.Errorf("%s has no profile, so it would start with any", name)
		}
		toy := strings.Contains(fmt.Sprint(s), "example:") || strings.Contains(fmt.Sprint(s), "--live") || name == "mail"
		if toy && !slices.Equal(profiles, []string{"example"}) {
			t.Errorf("%s is in the profiles %v", name, profiles)
		}
		for _, p := range texts(at(s, "ports")) {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: the port %s is open to others", name, p)
			}
		}
		if drop := texts(at(s, "cap_drop")); !slices.Equal(drop, []string{"ALL"}) {
			t.Errorf("%s keeps capabilities", name)
		}
		if at(s, "image") == "directdial:local" && at(s, "read_only") != true {
			t.Errorf("%s can write its root", name)
		}
	}
}

// Kubernetes calls these rules "restricted".
func TestThePodIsRestricted(t *testing.T) {
	set := documents(t, statefulSetFile)[0]
	pod := at(set, "spec", "template", "spec")
	container := at(pod, "containers", 0, "securityContext")
	for what, ok := range map[string]bool{
		"one replica: the log has one writer": at(set, "spec", "replicas") == uint64(1),
		"not root":                            at(pod, "securityContext", "runAsNonRoot") == true,
		"the user of the image":               at(pod, "securityContext", "runAsUser") == uint64(65532),
		"the profile of system calls":         at(pod, "securityContext", "seccompProfile", "type") == "RuntimeDefault",
		"no more rights":                      at(container, "allowPrivilegeEscalation") == false,
		"a root that is read only":            at(container, "readOnlyRootFilesystem") == true,
		"no capabilities":                     slices.Equal(texts(at(container, "capabilities", "drop")), []string{"ALL"}),
		"no token of the cluster":             at(pod, "automountServiceAccountToken") == false,
		"a volume that stays":                 at(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Retain",
	} {
		if !ok {
			t.Errorf("the pod lacks: %s", what)
		}
	}
}

// The program stops in the order of the way of a mention, ten seconds each at
// the most: three listeners, sources, delivery, router. Whoever stops it waits
// at least that long.
func TestEverybodyWaitsUntilWhatIsUnderWayIsFinished(t *testing.T) {
	waits := map[string]any{
		unitFile:        unit(t, unitFile)["Service.TimeoutStopSec"][0],
		composeFile:     at(documents(t, composeFile)[0], "x-directdial", "stop_grace_period"),
		statefulSetFile: fmt.Sprint(at(documents(t, statefulSetFile)[0], "spec", "template", "spec", "terminationGracePeriodSeconds"), "s"),
	}
	for where, wait := range waits {
		if wait != "60s" {
			t.Errorf("%s waits %v", where, wait)
		}
	}
}
