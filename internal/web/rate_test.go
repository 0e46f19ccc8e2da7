package web

import "testing"

func TestARateIsWrittenAsItIsRead(t *testing.T) {
	for _, text := range []string{"off", "1/s", "50/s", "90/m", "1/m", "100/h", "7/h", "1000/s"} {
		var r Rate
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := r.MarshalText(); err != nil || string(got) != text {
			t.Errorf("%s is written as %s (%v)", text, got, err)
		}
	}
}
