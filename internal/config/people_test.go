package config_test

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

// What is written of an expert is read as the same expert.
func TestExpertThatIsWrittenIsReadAgain(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 23, 0, 0, 0, time.UTC) } // midnight in Stockholm, in winter
	yes := day(2026, 11, 20)
	whole := directdial.Expert{
		ID: "ana", Name: "Ana: Lind #1", Addresses: map[string]string{"email": "ana@acme.example"}, Prefer: "email",
		Languages: []string{"en", "sv"}, Timezone: "Europe/Stockholm", Hours: []string{"Mon-Fri 09:00-17:00", "Sat 10:00-12:00"},
		Team: "support", Deputy: "bo", Budget: directdial.Budget{PerHour: 2, PerDay: 4}, Accounts: []string{"mastodon:@ana@social.example"},
		Grants: []directdial.Grant{
			{
				Topics: []string{"billing"}, Tags: []directdial.Tag{directdial.Question}, Platforms: []string{"mastodon"}, Languages: []string{"no"},
				Risk: 10_000, Level: 3, Review: true, Agreed: yes, From: day(2026, 12, 1), Until: day(2027, 1, 31), Training: "social-101", Policy: "2026-3",
				Paused: true, Resumes: day(2026, 12, 24), Fewer: &directdial.Budget{PerHour: 1, PerDay: 2},
			},
			{Topics: []string{"*", "recall"}, Agreed: yes, Never: true, Paused: true},
			{Topics: []string{"recall"}},
		},
	}
	at := yes.Add(12 * time.Hour)
	for f, v := range reflect.ValueOf(whole.Grants[0]).Fields() {
		if never := f.Name == "Never" || f.Name == "Practised"; v.IsZero() && !never {
			t.Errorf("the test does not know %s: see that it is written", f.Name)
		}
	}
	given := whole
	given.Grants = append([]directdial.Grant{{Topics: []string{"billing"}, Agreed: yes, Until: at}}, given.Grants...) // has ended
	for i := range given.Grants {
		given.Grants[i].Practised = given.Grants[i].Agreed
	}
	dir := t.TempDir()
	writeExpert(t, filepath.Join(dir, "ana.yaml"), given, at)
	bo := directdial.Expert{ID: "bo", Name: "Bo Ek", Addresses: map[string]string{"email": "bo@acme.example"}, Prefer: "email", Budget: directdial.Budget{Off: true}}
	utc := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	asked := bo
	asked.Grants = []directdial.Grant{{Topics: []string{"billing"}, Agreed: yes, Until: utc}} // has not practised
	writeExpert(t, filepath.Join(dir, "bo.yaml"), asked, at)
	bo.Grants = []directdial.Grant{{Topics: []string{"billing"}, Until: utc}}

	main := "brands: [{ name: Acme, keywords: [acme], accounts: [{ id: 'mastodon:@acme@mastodon.example', holder: ana }] }]\n" +
		"topics: [{ name: billing, keywords: [a] }, { name: recall, keywords: [b], restricted: true }]\n" +
		"channels: { email: { smtp: 'smtp://localhost', from: 'dial@acme.example' } }\npeople: ['*.yaml']\n"
	file := filepath.Join(dir, "directdial.yml")
	write(t, file, main)
	c, problems := config.Load(file, options())
	if c == nil {
		t.Fatalf("refused: %v", problems)
	}
	if diff := cmp.Diff([]directdial.Expert{whole, bo}, c.Directory.Experts); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if d := c.Directory; d.Brands[0].Accounts[0].Holder != "bo" || d.Topics[0].Owner != "bo" {
		t.Errorf("what Bo has in hands is with %+v, %+v", d.Brands[0].Accounts, d.Topics[0].Owner)
	}
}

func writeExpert(t *testing.T, file string, e directdial.Expert, at time.Time) {
	t.Helper()
	var charges []directdial.Charge
	if e.ID == "bo" {
		charges = []directdial.Charge{{Account: "mastodon:@acme@mastodon.example", Configured: "ana"}, {Topic: "billing"}}
	}
	data, err := config.WriteExpert(&e, charges, at)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(data))
}
