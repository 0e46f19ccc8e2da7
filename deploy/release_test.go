package deploy_test

import (
	"debug/buildinfo"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

func TestTheReleaseIsConfiguredSoundly(t *testing.T) {
	goreleaser := tool(t, "goreleaser")
	check := exec.Command(goreleaser, "check")
	check.Dir = ".."
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("goreleaser check: %v\n%s", err, out)
	}
}

func TestTheBillOfMaterialsNamesEveryModuleOfTheProgram(t *testing.T) {
	sbom := func() string {
		out, err := exec.Command("go", "run", "./release/sbom", program(t)).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	first := sbom()
	if first != sbom() {
		t.Error("the same program has two bills of materials")
	}
	var bill struct {
		BOMFormat   string
		SpecVersion string
		Metadata    struct{ Component struct{ Name string } }
		Components  []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal([]byte(first), &bill); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(program(t))
	if err != nil {
		t.Fatal(err)
	}
	if bill.BOMFormat != "CycloneDX" || bill.Metadata.Component.Name != info.Main.Path {
		t.Errorf("it is %s of %s", bill.BOMFormat, bill.Metadata.Component.Name)
	}
	named := map[string]string{}
	for _, c := range bill.Components {
		named[c.Name] = c.Version
		if !strings.HasPrefix(c.PURL, "pkg:golang/"+c.Name+"@") {
			t.Errorf("%s is called %s", c.Name, c.PURL)
		}
	}
	for _, d := range info.Deps {
		if named[d.Path] != d.Version {
			t.Errorf("%s %s is missing: %q", d.Path, d.Version, named[d.Path])
		}
	}
	if len(named) != len(info.Deps)+1 || named["std"] == "" {
		t.Errorf("it names %d modules of %d and the standard library", len(named), len(info.Deps))
	}
}

func TestTwoBuildsOfACommitAreEqual(t *testing.T) {
	if !proving {
		t.Skip("it builds the whole program twice, from nothing: see deploy/proof")
	}
	out, err := exec.Command("release/reproduce").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
