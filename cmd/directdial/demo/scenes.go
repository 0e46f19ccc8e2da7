package demo

import "github.com/directdial/directdial"

// scene is one screen: posts that come in, and what to look at.
type scene struct {
	title string
	look  string // what the visitor should notice
	posts []directdial.Mention
	again bool // it was heard before
	kill  bool // the worker is killed as soon as it has said that it has them
}

// scenes are the twelve posts, in the order in which they come in.
func scenes() []scene {
	post := func(id, handle, text string) directdial.Mention {
		return directdial.Mention{
			ID: "https://social.example/" + id, URL: "https://social.example/" + id, Platform: "mastodon",
			Text: text, Author: directdial.Author{Handle: handle + "@social.example"},
		}
	}
	reply := func(m directdial.Mention, to string) directdial.Mention {
		m.InReplyTo = "https://social.example/" + to
		return m
	}
	first := post("1", "sam", "@acme you charged me twice this month, where is my refund?")
	return []scene{
		{
			title: "A complaint",
			look:  "It goes to one colleague, and it says why. Bo Ek knows billing, too, but his grant ended yesterday.",
			posts: []directdial.Mention{first},
		},
		{
			title: "The same post again, from another source",
			look:  "One post is one mention: no second card. It is not stored again either, so the ledger at the end does not know of it.",
			again: true,
			posts: []directdial.Mention{first},
		},
		{
			title: "The thread goes on",
			look:  "Both join the dial: the card changes in place, nobody is dialled twice. “thanks” alone would have been no reason for a card.",
			posts: []directdial.Mention{
				reply(post("2", "sam", "@acme third day now and still no refund"), "1"),
				reply(post("3", "alex", "thanks, same here"), "2"),
			},
		},
		{
			title: "A question without a question mark",
			look:  "How it is said counts, not the mark.",
			posts: []directdial.Mention{post("4", "robin", "wondering if the acme app also works offline")},
		},
		{
			title: "Praise is worth a card, too",
			look:  "An ambassador: somebody to thank, without a clock.",
			posts: []directdial.Mention{post("5", "jo", "Switched to Acme last year and never looked back, I recommend it to everybody")},
		},
		{
			title: "Whoever knows best is not there",
			look:  "The delivery desk is off duty today. The next enabled colleague gets it; nobody waits.",
			posts: []directdial.Mention{post("6", "kai", "@acme my parcel was never delivered and nobody answers")},
		},
		{
			title: "A restricted topic",
			look:  "Only who was granted it by name, whatever the score: Shop may take everything else, and not this.",
			posts: []directdial.Mention{post("7", "lee", "My Acme charger caught fire last night, this is dangerous")},
		},
		{
			title: "Somebody tries to be clever",
			look:  "Text from outside is data. It wakes no channel, hides no link and writes no header.",
			posts: []directdial.Mention{post("8", "eve", "<!channel> the acme app is down again, log in at <https://evil.example|acme.example>\r\nBcc: all@acme.example\x1b[31m")},
		},
		{
			title: "Four at once, and then SIGKILL",
			look:  "The worker said “accepted” and was killed before it could do anything else. It starts again, and nothing is lost.",
			kill:  true,
			posts: []directdial.Mention{
				post("9", "max", "The acme corporation cartoon was the best thing on television"),
				post("10", "pat", "Acme opens an office in Oslo"),
				post("11", "ulrike", "Seit drei Wochen bekomme ich von Acme keine Antwort auf meine Frage"),
				post("12", "ida", "Is acme worth it, or is there an alternative to it?"),
			},
		},
	}
}
