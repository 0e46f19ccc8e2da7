package main_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// offDuty are duty hours on the day after tomorrow, and when they begin.
func offDuty(now time.Time) (hours string, begin time.Time) {
	day := now.UTC().AddDate(0, 0, 2)
	return day.Format("Mon") + " 09:00-10:00", time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, time.UTC)
}

// asleep are settings in which nobody is on duty for billing.
func asleep(slack *slacktest.Server) (settings, time.Time) {
	hours, begin := offDuty(time.Now())
	return settings{
		slack:   slack.URL(),
		routing: strings.Replace(usualRouting, "fallback: kim, ", "", 1),
		experts: strings.Replace(strings.Replace(usualExperts, "budget: off", fmt.Sprintf("budget: off, hours: %q", hours), 1), `"*", `, "", 1),
	}, begin
}

func TestOutsideDutyHoursAMentionIsParkedAndEveryCommandSaysForWhomAndUntilWhen(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	s, begin := asleep(slack)
	at := newSite(t, s)
	d := at.start()
	d.send(said(1, complaint))
	if l := d.settled(); l.Parked[string(directdial.NobodyOnDuty)] != 1 || l.Dials != 0 {
		t.Errorf("ledger %+v", l)
	}
	when := "Ana Lind from " + begin.Format("Mon 15:04 UTC")
	for _, command := range [][]string{{"dials"}, {"mentions"}} {
		if out := at.must(command...); !strings.Contains(out, when) {
			t.Errorf("%s does not say %q:\n%s", command, when, out)
		}
	}
	out := at.must("explain", said(1, "").ID)
	for _, words := range []string{"parked with Ana Lind: nobody on duty; for Ana Lind from " + begin.Format("Mon 2006-01-02 15:04 UTC"), "off duty until " + begin.Format("Mon 15:04 UTC")} {
		if !strings.Contains(out, words) {
			t.Errorf("explain does not say %q:\n%s", words, out)
		}
	}
	m, _ := d.mention(said(1, "").ID)
	if !m.Until.Equal(begin) {
		t.Errorf("parked until %v, want %v", m.Until, begin)
	}
}

func TestOutsideDutyHoursTheDeputyIsDialled(t *testing.T) {
	t.Parallel()
	slack := slacktest.Start(t, colleagues()...)
	s, _ := asleep(slack)
	s.experts = strings.Replace(s.experts, "id: ana,", "id: ana, deputy: bo,", 1)
	s.experts = strings.Replace(s.experts, "topics: [delivery]", "topics: [delivery, billing]", 1)
	at := newSite(t, s)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	if m := slack.Messages(); len(m) != 1 || m[0].User != "U0BO" {
		t.Fatalf("cards %+v", m)
	}
}

// A parked mention is decided anew when the configuration changes, by a change
// of the file or by SIGHUP, and after a restart.
func TestAParkedMentionIsReleasedByAnotherConfiguration(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*site, *daemon, settings) *daemon{
		"file": func(at *site, d *daemon, s settings) *daemon {
			at.configure(s)
			return d
		},
		"SIGHUP": func(at *site, d *daemon, s settings) *daemon {
			at.configure(s)
			d.signal(syscall.SIGHUP)
			return d
		},
		"restart": func(at *site, d *daemon, s settings) *daemon {
			d.stop()
			at.configure(s)
			return at.start()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slack := slacktest.Start(t, colleagues()...)
			s, _ := asleep(slack)
			at := newSite(t, s)
			d := at.start()
			d.send(several(1, 3, complaint)...)
			if l := d.settled(); l.Parked[string(directdial.NobodyOnDuty)] != 3 {
				t.Errorf("ledger %+v", l)
			}
			s.experts = strings.Replace(s.experts, "topics: [delivery]", "topics: [delivery, billing]", 1)
			d = change(at, d, s)
			d.until("the parked mentions are dialled", func(l *directdial.Ledger) bool { return l.Dialled == 3 && l.Cards.Waiting == 0 })
			cards := 0
			for _, m := range slack.Messages() {
				if m.User == "U0BO" {
					cards++
				}
			}
			if cards != 3 {
				t.Errorf("%d cards", cards)
			}
		})
	}
}

// What would become of a text at another hour can be asked before anything runs.
func TestATextIsExplainedAtAnyClock(t *testing.T) {
	t.Parallel()
	s, begin := asleep(slacktest.Start(t, colleagues()...))
	at := newSite(t, s)
	for when, want := range map[time.Time]string{
		begin.Add(time.Minute):  "dial Ana Lind by slack",
		begin.Add(-time.Minute): "parked with Ana Lind: nobody on duty; for Ana Lind from " + begin.Format("Mon 2006-01-02 15:04 UTC"),
	} {
		if out := at.must("explain", "--text", complaint, "--at", when.Format(time.RFC3339)); !strings.Contains(out, want) || !strings.Contains(out, "nothing was stored") {
			t.Errorf("at %s, not %q:\n%s", when, want, out)
		}
	}
	at.refused(2, "must be a time like", "explain", "--text", complaint, "--at", "noon")
}
