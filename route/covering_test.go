package route

import (
	"slices"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// Who is found for a topic is found once and in the order of the ids, whatever
// gave them the grant: the receipt counts on it.
func TestWhoIsFoundForATopicIsFoundOnceAndInOrder(t *testing.T) {
	d := office()
	d.Experts = []directdial.Expert{
		person("ada"), person("ben", "billing"), person("cid"), person("dan", "*"), person("eve"), person("fay", "billing"), person("gus"),
	}
	db, err := index.Open(t.TempDir()+"/index.db", Buckets()...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx := db.Begin()
	for _, key := range []string{
		coverKey("*", "ada"), coverKey("*", "cid"), coverKey("*", "dan"), coverKey("*", "fay"), coverKey("*", "gone"),
		coverKey("billing", "cid"), coverKey("billing", "ben"), coverKey("billing", "gus"),
	} {
		tx.Put(bCovers, key, nil)
	}
	x := newDirectory(d, nil, testDuty)
	before := slices.Clone(x.coverage["billing"])
	for topic, want := range map[string][]string{
		"billing": {"ada", "ben", "cid", "dan", "fay", "gus"},
		"recall":  {"ada", "cid", "dan", "fay"},
		"":        {"ada", "cid", "dan", "fay"},
	} {
		found, named := x.covering(tx, topic)
		var ids []string
		for _, e := range found {
			ids = append(ids, e.ID)
		}
		if !slices.Equal(ids, want) || named["ben"] != (topic == "billing") || named["ada"] {
			t.Errorf("for %q: %v, by name %v, want %v", topic, ids, named, want)
		}
	}
	if !slices.Equal(before, x.coverage["billing"]) {
		t.Error("the list of the directory was changed")
	}
}
