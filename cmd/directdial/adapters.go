package main

// One line an adapter: each registers itself.
import (
	_ "github.com/directdial/directdial/experts/email"
	_ "github.com/directdial/directdial/experts/slack"
	_ "github.com/directdial/directdial/experts/terminal"
	_ "github.com/directdial/directdial/ingest/bluesky"
	_ "github.com/directdial/directdial/ingest/demo"
	_ "github.com/directdial/directdial/ingest/discourse"
	_ "github.com/directdial/directdial/ingest/feed"
	_ "github.com/directdial/directdial/ingest/github"
	_ "github.com/directdial/directdial/ingest/hackernews"
	_ "github.com/directdial/directdial/ingest/mapped"
	_ "github.com/directdial/directdial/ingest/mastodon"
	_ "github.com/directdial/directdial/ingest/reddit"
	_ "github.com/directdial/directdial/ingest/stackexchange"
	_ "github.com/directdial/directdial/ingest/webhook"
	_ "github.com/directdial/directdial/ingest/x"
	_ "github.com/directdial/directdial/ingest/youtube"
)
