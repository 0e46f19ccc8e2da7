package feed

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// TestEachItemIsNewsOnce lets a feed change at will: items come, go, change and
// come back.
func TestEachItemIsNewsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var memory seen
		last := map[string]string{} // what was emitted of an item
		times := map[string]int{}
		for range rapid.IntRange(1, 12).Draw(t, "readings") {
			ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}), 0, 6, rapid.ID).Draw(t, "items")
			doc := make([]item, len(ids))
			for i, id := range ids {
				text := id + rapid.SampledFrom([]string{" 1", " 2", " 3"}).Draw(t, "text")
				doc[i] = item{Mention: directdial.Mention{ID: id, Text: text}, link: "https://x.example/" + id}
			}
			var fresh []item
			fresh, memory = memory.news(doc)
			for _, it := range fresh {
				if times[it.ID]++; last[it.ID] == it.Text {
					t.Fatalf("%s is emitted again although it did not change", it.ID)
				}
				last[it.ID] = it.Text
			}
			for _, it := range doc {
				if times[it.ID] <= maxEdits && last[it.ID] != it.Text {
					t.Fatalf("%s is %q and was emitted as %q", it.ID, it.Text, last[it.ID])
				}
			}
		}
		for id, n := range times {
			if n > 1+maxEdits {
				t.Fatalf("%s was emitted %d times", id, n)
			}
		}
	})
}

func TestWhatWasSeenSurvivesARestart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want seen
		for range rapid.IntRange(0, 50).Draw(t, "n") {
			it := item{Mention: directdial.Mention{ID: rapid.String().Draw(t, "id"), Text: rapid.String().Draw(t, "text")}}
			e := it.entry()
			e.Edits = rapid.Uint8().Draw(t, "edits")
			want = append(want, e)
		}
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got seen
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want, got) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}
