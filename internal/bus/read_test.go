package bus

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/directdial/directdial"
)

func TestGetAndLastSayWhatIsNotThere(t *testing.T) {
	b := open(t, Options{})
	for _, seq := range []uint64{0, 1, 99} {
		wantKind(t, errOf(b.Get(t.Context(), Mentions, seq)), directdial.NotFound, nil)
	}
	wantKind(t, errOf(b.Last(t.Context(), Actions, "actions.test")), directdial.NotFound, nil)
	seqs := publish(t, b, Actions, numbered(Actions, 0, 2)...)
	m, err := b.Last(t.Context(), Actions, "actions.test")
	if err != nil || m.Seq != seqs[1] || string(m.Data) != "1" {
		t.Error(m, err)
	}
}

func TestPutKeepsOneMessageASubject(t *testing.T) {
	b := open(t, Options{})
	for i := range 30 {
		for _, source := range []string{"sources.a", "sources.b"} {
			if err := b.Put(t.Context(), source, []byte(source+strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Also what a process left that was killed in between.
	publish(t, b, Sources, slices.Repeat([]Message{{Subject: "sources.c", Data: []byte("c")}}, 3)...)
	if err := b.Put(t.Context(), "sources.c", []byte("d")); err != nil {
		t.Fatal(err)
	}
	if n := state(t, b, Sources).Msgs; n != 3 {
		t.Errorf("%d messages are kept", n)
	}
	if m, err := b.Last(t.Context(), Sources, "sources.a"); err != nil || string(m.Data) != "sources.a29" {
		t.Error(m, err)
	}
	wantKind(t, b.Put(t.Context(), "mentions.a", nil), directdial.Invalid, nil)
}

func TestPutLeavesNoByteOfTheStateBefore(t *testing.T) {
	dir, marker := t.TempDir(), []byte("the id of a post that is watched")
	b := open(t, Options{Dir: dir})
	for _, data := range [][]byte{marker, append(marker, '2'), []byte("nothing is watched")} {
		if count(t, dir, marker) == 0 && data[0] == 'n' {
			t.Fatal("the marker was never on disk")
		}
		if err := errors.Join(b.Put(t.Context(), "sources.a", data), b.Put(t.Context(), "sources.b", []byte("another"))); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, dir, marker); n != 0 {
		t.Errorf("the marker is on disk %d times", n)
	}
	if m, err := b.Last(t.Context(), Sources, "sources.a"); err != nil || string(m.Data) != "nothing is watched" {
		t.Error(m, err)
	}
}

func TestStateTellsWhatWasWritten(t *testing.T) {
	b := open(t, Options{})
	if st := state(t, b, Dials); st.Last != 0 || st.Msgs != 0 || !st.LastTime.IsZero() {
		t.Errorf("an empty stream: %+v", st)
	}
	publish(t, b, Dials, numbered(Dials, 0, 10)...)
	if err := b.Purge(t.Context(), Dials, 4); err != nil {
		t.Fatal(err)
	}
	if err := b.Erase(t.Context(), Dials, 10); err != nil {
		t.Fatal(err)
	}
	st := state(t, b, Dials)
	if st.First != 4 || st.Last != 10 || st.Msgs != 6 || st.Bytes == 0 || st.LastTime.IsZero() {
		t.Errorf("%+v", st)
	}
}

func TestPurgeRemovesAllBelow(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Mentions, numbered(Mentions, 0, 100)...)
	for _, c := range []struct{ before, first uint64 }{{0, 1}, {1, 1}, {2, 2}, {50, 50}, {10, 50}, {101, 101}, {500, 101}} {
		if err := b.Purge(t.Context(), Mentions, c.before); err != nil {
			t.Fatal(err)
		}
		if st := state(t, b, Mentions); st.First != c.first || st.Last != 100 {
			t.Errorf("purged below %d: %+v", c.before, st)
		}
	}
	// Sequences go on; none is used twice.
	if seqs := publish(t, b, Mentions, numbered(Mentions, 0, 1)...); seqs[0] != 101 {
		t.Errorf("the next sequence is %d", seqs[0])
	}
}

func TestEraseLeavesNoByteOnDisk(t *testing.T) {
	dir := t.TempDir()
	marker := []byte("a text that must not stay")
	b := open(t, Options{Dir: dir})
	secret := Message{Subject: "mentions.test", Header: map[string]string{"Key": string(marker)}, Data: marker}
	plain := Message{Subject: "mentions.test", Data: []byte("another text")}
	var secrets []uint64
	secrets = append(secrets, publish(t, b, Mentions, secret)...) // the first, singly
	publish(t, b, Mentions, plain, plain)                         // between them
	batch := slices.Repeat([]Message{plain, secret}, 50)          // in a batch, which is staged on disk
	for i, seq := range publish(t, b, Mentions, batch...) {
		if i%2 == 1 {
			secrets = append(secrets, seq)
		}
	}
	if n := count(t, dir, marker); n < 2*len(secrets) {
		t.Fatalf("the marker is on disk %d times before, want at least %d", n, 2*len(secrets))
	}
	for _, seq := range secrets {
		if err := b.Erase(t.Context(), Mentions, seq); err != nil {
			t.Fatal(err)
		}
		wantKind(t, errOf(b.Get(t.Context(), Mentions, seq)), directdial.NotFound, nil)
		wantKind(t, b.Erase(t.Context(), Mentions, seq), directdial.NotFound, nil)
	}
	wantKind(t, b.Erase(t.Context(), Mentions, 10_000), directdial.NotFound, nil)
	if n := count(t, dir, marker); n != 0 {
		t.Errorf("the marker is on disk %d times", n)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = open(t, Options{Dir: dir})
	if n := count(t, dir, marker); n != 0 {
		t.Errorf("after a restart the marker is on disk %d times", n)
	}
	if n := len(all(t, b, Mentions)); n != 52 {
		t.Errorf("%d other messages are there, want 52", n)
	}
}

// count counts marker in all files under dir.
func count(t *testing.T, dir string, marker []byte) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		n += bytes.Count(data, marker)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
