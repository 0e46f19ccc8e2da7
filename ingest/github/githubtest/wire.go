package githubtest

import "time"

// restOf is a post as REST and the webhooks show it.
func restOf(e *entry) map[string]any {
	m := map[string]any{
		"id": e.id, "node_id": e.node, "html_url": e.url(), "user": restUser(e.author), "body": orNull(e.body),
		"created_at": stamp(e.created), "updated_at": stamp(e.updated), "author_association": "NONE",
		"reactions": map[string]any{"total_count": 0},
	}
	if e.on == nil {
		m["number"], m["title"], m["comments"], m["state"] = e.number, e.title, len(e.visible()), "open"
		m["repository_url"] = "https://api.github.com/repos/" + e.repo
	} else if e.kind == Discussion {
		m["parent_id"] = nil
		if e.parent != nil {
			m["parent_id"] = e.parent.id
		}
	}
	return m
}

func restUser(login string) any {
	if login == "-" {
		return nil
	}
	kind := "User"
	if isBot(login) {
		kind = "Bot"
	}
	return map[string]any{"id": userID(login), "login": login, "type": kind, "html_url": "https://github.com/" + login}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
