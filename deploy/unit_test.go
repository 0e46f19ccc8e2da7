package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// exposure is how much of the machine the unit may reach at the most, from 0 to
// 100, as `systemd-analyze security` counts it.
const exposure = "20"

func TestTheUnitIsExposedToLittle(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	out, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", "--threshold="+exposure, unitFile).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}

// The unit is looked at in a folder that is laid out as a machine is: the
// program where the unit expects it, and the targets of systemd.
func TestSystemdFindsNothingWrongInTheUnit(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	root := t.TempDir()
	units := filepath.Join(root, "usr/lib/systemd/system")
	for _, dir := range []string{units, filepath.Join(root, "usr/bin"), filepath.Join(root, "bin")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	targets, _ := filepath.Glob("/usr/lib/systemd/system/*.target")
	for _, path := range append(targets, unitFile) {
		write(t, filepath.Join(units, filepath.Base(path)), read(t, path), 0o644)
	}
	for _, path := range []string{"usr/bin/directdial", "bin/kill"} {
		write(t, filepath.Join(root, path), "", 0o755)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", "--root="+root, filepath.Base(unitFile)).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
