package demo

import "time"

// page is an answer of the endpoint.
type page struct {
	Posts []post `json:"posts"` // oldest first
	Next  string `json:"next"`  // what to ask for after these
	More  bool   `json:"more"`  // there are posts after these at this moment
}

type post struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
	Author    struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"author"`
	Deleted bool `json:"deleted"` // a post of before is gone
}
