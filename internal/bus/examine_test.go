package bus

import (
	"bytes"
	"io"
	"testing"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

func TestExamineSaysWhetherAClusterCanHoldTheLog(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	o := Options{URL: srv.ClientURL(), Log: zerolog.Nop()}
	found := Examine(t.Context(), o)
	if len(found) != 5 || found[0].Health != directdial.Well || found[1].Health != directdial.Doubt {
		t.Errorf("of an empty server: %+v", found)
	}
	open(t, o)
	if found = Examine(t.Context(), o); found[1].Says != "the stream has one copy" {
		t.Errorf("of a single server: %+v", found)
	}
	found = Examine(t.Context(), Options{URL: "nats://127.0.0.1:1", Log: zerolog.Nop()})
	if len(found) != 1 || found[0].Health != directdial.Failing || found[0].Remedy == "" {
		t.Errorf("of no server: %+v", found)
	}
	if found = Examine(t.Context(), Options{Dir: t.TempDir()}); len(found) != 1 || found[0].Health != directdial.Well {
		t.Errorf("of the embedded one: %+v", found)
	}
}

func TestRestoreIntoACluster(t *testing.T) {
	from := open(t, Options{Dir: t.TempDir()})
	publish(t, from, Mentions, numbered(Mentions, 1, 300)...)
	copies := map[Stream]*bytes.Buffer{}
	for _, s := range everyStream {
		copies[s] = &bytes.Buffer{}
		if _, err := from.Copy(t.Context(), s, copies[s]); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{URL: serve(t, t.TempDir(), -1).ClientURL(), Log: zerolog.Nop()}
	if err := open(t, o).Close(); err != nil { // its streams are there, and empty
		t.Fatal(err)
	}
	err := Restore(t.Context(), o, func(s Stream) (io.ReadCloser, error) { return io.NopCloser(copies[s]), nil })
	if err != nil {
		t.Fatal(err)
	}
	if st := state(t, open(t, o), Mentions); st.Msgs != 300 || st.Last != 300 {
		t.Errorf("restored %+v", st)
	}
}
