package backup

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

const (
	one = directdial.Key("0123456789abcdef0123456789abcdef")
	two = directdial.Key("fedcba9876543210fedcba9876543210")
)

func TestErasuresSurviveALineThatAKillCutOff(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	if err := AddErasures(dir, []Erasure{{at, one}}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, ErasuresName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"at":"2026-11-21T10:0`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := AddErasures(dir, []Erasure{{at, two}}); err != nil {
		t.Fatal(err)
	}
	list, err := Erasures(path)
	if want := []Erasure{{at, one}, {at, two}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("the list is %v, %v; want %v", list, err, want)
	}
}

func TestNoListIsAnEmptyOne(t *testing.T) {
	if list, err := Erasures(filepath.Join(t.TempDir(), ErasuresName)); err != nil || list != nil {
		t.Errorf("the list is %v, %v", list, err)
	}
}

func TestPlacesAreNotedOnce(t *testing.T) {
	dir := t.TempDir()
	for _, place := range []string{"/backups/a", "/backups/b", "/backups/a"} {
		if err := AddPlace(dir, place); err != nil {
			t.Fatal(err)
		}
	}
	if places, err := Places(dir); err != nil || !slices.Equal(places, []string{"/backups/a", "/backups/b"}) {
		t.Errorf("the places are %q, %v", places, err)
	}
}

func FuzzErasures(f *testing.F) {
	f.Add([]byte(`{"at":"2026-11-21T10:00:00Z","mention":"` + one + `"}` + "\n"))
	f.Add([]byte("\n{\"at\":\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), ErasuresName)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := Erasures(path)
		if err != nil && directdial.KindOf(err) != directdial.Invalid && len(data) < 1<<16 {
			t.Errorf("%v", err)
		}
		for _, e := range list {
			if !e.Mention.Valid() {
				t.Errorf("%q is no key", e.Mention)
			}
		}
	})
}
