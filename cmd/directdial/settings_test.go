package main_test

import (
	"fmt"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

// Words that must never stand in a log: they are in every text, every author
// and every secret that the tests use.
const (
	textMark   = "quokka"
	authorMark = "wombat"
	secretMark = "platypus"
)

// token is the bearer token of the source crm.
const token = "token-" + secretMark

// settings are what the tests vary in a configuration. Left out: one brand,
// three topics, a webhook, and three colleagues who are always on duty and
// have no limit of any kind.
type settings struct {
	slack    string // address of the fake
	nats     string
	http     string
	brands   string
	topics   string
	sources  string
	channels string
	experts  string
	routing  string
}

const (
	usualTopics = `
  - { name: billing, owner: ana, keywords: [invoice, billed twice, refund] }
  - { name: delivery, owner: bo, keywords: [parcel, courier] }
  - { name: recall, owner: kim, keywords: [recall, caught fire], restricted: true }`
	usualSources = `
  - { name: crm, type: webhook, token: ` + token + `, rate: off }`
	usualExperts = `
  - { id: ana, name: Ana Lind, slack: U0ANA, budget: off, grants: [{ topics: [billing], agreed: 2026-01-01, until: 2099-12-31 }] }
  - { id: bo, name: Bo Ek, slack: U0BO, budget: off, grants: [{ topics: [delivery], agreed: 2026-01-01, until: 2099-12-31 }] }
  - { id: kim, name: Kim Strand, slack: U0KIM, budget: off, grants: [{ topics: ["*", recall], agreed: 2026-01-01, until: 2099-12-31 }] }`
	usualRouting = `{ fallback: kim, accept_within: off, answer_within: off, burst: off }`
)

func (s settings) yaml() string {
	section := func(name, value, usual string) string {
		if value == "" {
			value = usual
		}
		return name + ": " + value + "\n"
	}
	channels := fmt.Sprintf(`{ slack: { token: %s, api_url: %q, pace: off, rate: off } }`, slacktest.Token, s.slack)
	return "data_dir: ./data\n" +
		section("http", s.http, "{ listen: 127.0.0.1:0, desk: 127.0.0.1:0, admin: 127.0.0.1:0 }") +
		section("brands", s.brands, "[{ name: Acme, keywords: [acme] }]") +
		"coaches: [kim]\n" +
		section("topics", s.topics, usualTopics) +
		section("sources", s.sources, usualSources) +
		section("channels", s.channels, channels) +
		section("experts", s.experts, usualExperts) +
		section("routing", s.routing, usualRouting) +
		optional("nats", s.nats)
}

func optional(name, value string) string {
	if value == "" {
		return ""
	}
	return name + ": " + value + "\n"
}

// colleagues are the members of the fake workspace.
func colleagues() []slacktest.User {
	return []slacktest.User{
		{ID: "U0ANA", Email: "ana@acme.example", Name: "Ana Lind"},
		{ID: "U0BO", Email: "bo@acme.example", Name: "Bo Ek"},
		{ID: "U0KIM", Email: "kim@acme.example", Name: "Kim Strand"},
	}
}

// newSlack runs a fake workspace and makes a site whose cards go there. change
// changes the settings, or is nil.
func newSlack(t testing.TB, change func(*settings)) (*site, *slacktest.Server) {
	t.Helper()
	fake := slacktest.Start(t, colleagues()...)
	s := settings{slack: fake.URL()}
	if change != nil {
		change(&s)
	}
	return newSite(t, s), fake
}
