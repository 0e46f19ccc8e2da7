package bus

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// What a process was told is on disk is there after it is killed, whether it
// was written singly or in a batch.
func TestWhatWasWrittenSurvivesAKill(t *testing.T) {
	dir := t.TempDir()
	said := map[uint64]string{} // what the process said is on disk
	for _, after := range []int{3, 25, 60} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), writer+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < after && lines.Scan(); n++ {
			for _, written := range strings.Fields(lines.Text()) {
				seq, text, _ := strings.Cut(written, ":")
				n, err := strconv.ParseUint(seq, 10, 64)
				if err != nil {
					t.Fatal(lines.Text())
				}
				said[n] = text
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()

		b := open(t, Options{Dir: dir})
		if len(said) < after {
			t.Fatalf("the writer said only %d messages", len(said))
		}
		for seq, text := range said {
			if m, err := b.Get(t.Context(), Dials, seq); err != nil || string(m.Data) != text {
				t.Errorf("message %d should be %s: %v %v", seq, text, m, err)
			}
		}
		// The chain is whole: no message of a batch without those before it.
		for i, m := range all(t, b, Dials) {
			if m.Seq != uint64(i)+1 || string(m.Data) != strconv.Itoa(i) {
				t.Fatalf("message %d has sequence %d and data %s", i, m.Seq, m.Data)
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// writer names the variable that makes a process of this test write until it
// is killed, see TestMain.
const writer = "BUS_TEST_WRITE"

func writeHere(dir string) {
	ctx := context.Background()
	b, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	for round := 0; ; round++ {
		st, err := b.State(ctx, Dials)
		if err != nil {
			fmt.Println(err)
			return
		}
		n := []int{1, 3, 50}[round%3]
		if _, err := b.Append(ctx, Dials, st.Last, numbered(Dials, int(st.Last), n)); err != nil {
			fmt.Println(err)
			return
		}
		var line strings.Builder
		for i := range n {
			fmt.Fprintf(&line, "%d:%d ", int(st.Last)+i+1, int(st.Last)+i)
		}
		fmt.Println(line.String())
	}
}
