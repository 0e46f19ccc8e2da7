package index

import (
	"path/filepath"
	"testing"
)

// What a reader is given decoded is always what it would read, however values
// change, are confirmed or dropped; and nothing is decoded twice for nothing.
func TestDecodedIsWhatIsThere(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "index.db"), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	times := 0
	decode := func(_, _ string, data []byte) string { times++; return string(data) }
	want := func(when string, r Reader, value string, decodings int) {
		t.Helper()
		times = 0
		if got := Decoded(r, "a", "k", decode); got != value || times != decodings {
			t.Errorf("%s: %q after %d decodings, want %q after %d", when, got, times, value, decodings)
		}
		Once(r, func(o Reader) {
			_, remembers := r.(rememberer)
			if got := Decoded(o, "a", "k", decode); got != value || (remembers && times != decodings) {
				t.Errorf("%s, read at once: %q after %d decodings, want %q", when, got, times, value)
			}
			if got := string(o.Get("a", "k")); got != value {
				t.Errorf("%s, read at once: %q, want %q", when, got, value)
			}
		})
	}
	tx := db.Begin()
	want("before", tx, "", 1)
	tx.Put("a", "k", []byte("1"))
	want("put", tx, "1", 1)
	want("put, again", tx, "1", 0)
	want("put, others", db, "", 0)
	tx.Put("a", "k", []byte("2"))
	want("put anew", tx, "2", 1)
	tx.Confirm()
	want("confirmed", tx, "2", 1)
	want("confirmed, others", db, "2", 0)
	if err := db.Commit(); err != nil {
		t.Fatal(err)
	}
	want("committed", db, "2", 0)
	dropped := db.Begin()
	dropped.Put("a", "k", []byte("3"))
	want("to be dropped", dropped, "3", 1)
	tx = db.Begin()
	want("dropped", tx, "2", 0)
	tx.Delete("a", "k")
	want("deleted", tx, "", 1)
	want("deleted, others", db, "2", 0)
	tx.Confirm()
	want("deletion confirmed", db, "", 1)
	tx.Put("a", "k", []byte("4"))
	tx.Confirm()
	want("back", db, "4", 1)
	if err := db.Clear(); err != nil {
		t.Fatal(err)
	}
	want("cleared", db, "", 1)
	if err := db.View(func(r Reader) { want("a view", r, "", 1) }); err != nil {
		t.Fatal(err)
	}
}
