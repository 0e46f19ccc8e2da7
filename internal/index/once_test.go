package index

import (
	"path/filepath"
	"slices"
	"testing"
)

// One look at the file sees the same as many: what is on disk, confirmed,
// changed and deleted.
func TestOnceReadsWhatTheTxReads(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "index.db"), "a")
	if err != nil {
		t.Fatal(err)
	}
	tx := db.Begin()
	for _, k := range []string{"disk", "disk changed", "disk deleted"} {
		tx.Put("a", k, []byte("on disk"))
	}
	tx.Confirm()
	if err := db.Commit(); err != nil {
		t.Fatal(err)
	}
	tx.Put("a", "pending", []byte("confirmed"))
	tx.Put("a", "pending deleted", []byte("confirmed"))
	tx.Confirm()
	tx.Put("a", "disk changed", []byte("changed"))
	tx.Delete("a", "disk deleted")
	tx.Delete("a", "pending deleted")
	read := func(r Reader) (seen []string) {
		r.Scan("a", "", func(k string, v []byte) bool {
			seen = append(seen, k+"="+string(v), string(r.Get("a", k)))
			return true
		})
		return append(seen, string(r.Get("a", "disk deleted")), string(r.Get("a", "none")))
	}
	want := read(tx)
	Once(tx, func(r Reader) {
		if got := read(r); !slices.Equal(got, want) || len(got) != 8 {
			t.Errorf("it reads %q, want %q", got, want)
		}
		decode := func(_, _ string, data []byte) string { return string(data) }
		if got := Decoded(r, "a", "pending", decode); got != "confirmed" {
			t.Errorf("it decodes %q", got)
		}
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	Once(tx, func(r Reader) {
		if got := r.Get("a", "disk"); got != nil {
			t.Errorf("a closed index reads as %q", got)
		}
	})
}
