package index

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is put, deleted, confirmed, committed, dropped and reopened, the
// index reads like a plain map of what was confirmed.
func TestIndexReadsLikeAMap(t *testing.T) {
	dir := t.TempDir()
	var runs atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", runs.Add(1)))
		db, err := Open(path, "a", "b")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { db.Close() }()
		tx := db.Begin()
		disk := map[string]string{}      // committed
		confirmed := map[string]string{} // confirmed
		mine := map[string]string{}      // with the changes of tx
		key := rapid.Map(rapid.IntRange(0, 30), func(n int) string { return fmt.Sprintf("k%02d", n) })
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				k, v := key.Draw(t, "key"), rapid.StringN(0, 4, 8).Draw(t, "value")
				tx.Put("a", k, []byte(v))
				mine[k] = v
			},
			"delete": func(t *rapid.T) {
				k := key.Draw(t, "key")
				tx.Delete("a", k)
				delete(mine, k)
			},
			"mark, put, delete, back": func(t *rapid.T) {
				tx.Mark()
				tx.Put("a", key.Draw(t, "put"), []byte("taken back"))
				tx.Delete("a", key.Draw(t, "deleted"))
				tx.Put("a", key.Draw(t, "put again"), []byte("taken back"))
				tx.Back()
			},
			"put what cannot be kept": func(t *rapid.T) {
				tx.Put("a", rapid.SampledFrom([]string{"", strings.Repeat("k", maxKey+1)}).Draw(t, "key"), []byte("lost"))
			},
			"confirm": func(*rapid.T) {
				tx.Confirm()
				confirmed = maps.Clone(mine)
			},
			"drop": func(*rapid.T) {
				tx = db.Begin()
				mine = maps.Clone(confirmed)
			},
			"commit": func(t *rapid.T) {
				if err := db.Commit(); err != nil {
					t.Fatal(err)
				}
				disk = maps.Clone(confirmed)
			},
			"reopen": func(t *rapid.T) {
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				if db, err = Open(path, "a", "b"); err != nil {
					t.Fatal(err)
				}
				tx = db.Begin()
				confirmed, mine = maps.Clone(disk), maps.Clone(disk)
			},
			"": func(t *rapid.T) {
				same(t, "readers", db, confirmed)
				same(t, "the writer", tx, mine)
			},
		})
	})
}

func same(t *rapid.T, who string, r Reader, want map[string]string) {
	t.Helper()
	got, last := map[string]string{}, ""
	r.Scan("a", "k", func(k string, v []byte) bool {
		if k <= last {
			t.Fatalf("%s scan %q after %q", who, k, last)
		}
		got[k], last = string(v), k
		return true
	})
	if !maps.Equal(got, want) {
		t.Fatalf("%s scan %v, want %v", who, got, want)
	}
	for n := range 31 {
		k := fmt.Sprintf("k%02d", n)
		v := r.Get("a", k)
		w, ok := want[k]
		if (v != nil) != ok || string(v) != w {
			t.Fatalf("%s get %q = %q, want %q (%v)", who, k, v, w, ok)
		}
	}
}

func TestScanStopsAndKeepsToItsPrefix(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "index.db"), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx := db.Begin()
	for _, k := range []string{"a1", "b1", "b2", "c1"} {
		tx.Put("a", k, []byte(k))
	}
	tx.Confirm()
	if err := db.Commit(); err != nil {
		t.Fatal(err)
	}
	tx.Put("a", "b3", []byte("b3"))
	var got []string
	tx.Scan("a", "b", func(k string, _ []byte) bool {
		got = append(got, k)
		return k != "b2"
	})
	if fmt.Sprint(got) != "[b1 b2]" {
		t.Errorf("scan b until b2 = %v", got)
	}
	got = nil
	tx.Scan("a", "b", func(k string, _ []byte) bool { got = append(got, k); return true })
	if fmt.Sprint(got) != "[b1 b2 b3]" {
		t.Errorf("scan b = %v", got)
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	db, err := Open(path, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := Open(path, "a"); err == nil {
		t.Fatal("a second process could open the index")
	}
}

// A closed index reads as empty; what was decided on that must not be written.
func TestTxOfAClosedIndexSaysSo(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "index.db"), "a")
	if err != nil {
		t.Fatal(err)
	}
	tx := db.Begin()
	if err := tx.Err(); err != nil {
		t.Errorf("of an open index: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if tx.Get("a", "k") != nil || !errors.Is(tx.Err(), ErrClosed) {
		t.Errorf("of a closed index: %v", tx.Err())
	}
}

// bbolt refuses an empty key and one that is too long, and with it the whole
// commit: one such key would be the end of the index.
func TestAKeyThatTheFileCannotTakeIsLeftOutAndTold(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "index.db"), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx := db.Begin()
	for _, key := range []string{"", strings.Repeat("k", maxKey+1)} {
		tx.Mark()
		tx.Delete("a", key)
		if err := tx.Unfit(); err != nil {
			t.Errorf("nothing was to be kept: %v", err)
		}
		tx.Put("a", key, []byte("v"))
		if err := tx.Unfit(); !errors.Is(err, ErrUnfit) {
			t.Errorf("a key of %d bytes: %v", len(key), err)
		}
		tx.Put("a", strings.Repeat("k", maxKey), []byte("v"))
	}
	tx.Mark()
	if err := tx.Unfit(); err != nil {
		t.Errorf("since the mark: %v", err)
	}
	tx.Confirm()
	if err := db.Commit(); err != nil {
		t.Errorf("commit: %v", err)
	}
}

func TestDamagedFileIsRefusedWithTheWayOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	db, err := Open(path, "a")
	if err != nil {
		t.Fatal(err)
	}
	tx := db.Begin()
	for i := range 5000 {
		tx.Put("a", fmt.Sprint(i), make([]byte, 100))
	}
	tx.Confirm()
	if err := errors.Join(db.Commit(), db.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"cut":     whole[:100_000],
		"zeroed":  append(append([]byte{}, whole[:20_000]...), make([]byte, len(whole)-20_000)...),
		"garbage": []byte(strings.Repeat("garbage!", 10_000)),
	} {
		path := filepath.Join(t.TempDir(), "index.db")
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, "a")
		if err == nil || !strings.Contains(err.Error(), "mv "+path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
