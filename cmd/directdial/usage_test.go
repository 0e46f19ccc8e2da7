package main_test

import (
	"strings"
	"testing"
)

func TestWhatIsMistypedOrMissingIsNamed(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ args, want string }{
		{"explian x", `there is no command "explian": did you mean explain?`},
		{"experts enabl x", `there is no command "enabl": did you mean enable?`},
		{"dials tak", `there is no command "tak": did you mean take?`},
		{"dials take", "dials take needs DIAL, as in\n\n  directdial dials take d3f2 --as ana\n"},
		{"dials outcome d3f2", "dials outcome needs helped|not-yet, as in"},
		{"experts transfer", "experts transfer needs FROM and TO, as in"},
		{"experts enable", "experts enable needs ID, as in"},
		{"experts enable ana bo", `experts enable takes ID alone, and "bo" is one more`},
		{"explain where is it", `explain takes ID|TEXT alone, and "is" is one more: what has spaces stands in quotes`},
		{"ledger now", `ledger takes no argument, and "now" is one`},
		{"mentions --limit 0", "--limit 0: must be 1 to 1000"},
		{"mute sam --until 2099-12-24 --why spam", "author: must be PLATFORM:HANDLE"},
		{"forget sam", "author: must be PLATFORM:HANDLE"},
		{"experts enable ana --topics billing --until 2099-06-30", `say why: --why "`},
		{"experts enable ana --topics billing --why x --as kim --until soon", `"--until" flag: must be a day like 2026-11-21, and is "soon"`},
		{"experts enable ana --topics billing --why x --until 2099-06-30 --from never", `"--from" flag: must be a day`},
		{"experts extend ana --until 30d --why x", `"--until" flag: must be a day`},
		{"experts lower ana --until never --why x", `"--until" flag: must be a day`},
		{"experts pause ana --until 2026-13-01 --why x", `"--until" flag: must be a day`},
		{"completion foo", `there is no command "foo": known here: bash, fish, powershell, zsh`},
		{"completion bash foo", `completion bash takes no argument, and "foo" is one`},
		{"help nope", `there is no command "nope": known here: backtest, `},
		{"help experts enabl", `there is no command "enabl": did you mean enable?`},
	} {
		out, code := told(t, dir, strings.Fields(test.args)...)
		if code != 2 || !strings.Contains(out, test.want) {
			t.Errorf("%s: code %d, want %q in\n%s", test.args, code, test.want, out)
		}
	}
}
