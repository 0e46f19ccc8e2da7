package webhook

import (
	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// trials is the answer to a dry run.
type trials struct {
	Results  []trial               `json:"results"`
	Rejected []directdial.Rejected `json:"rejected"`
}

// trial says what would become of one element.
type trial struct {
	Index   int  `json:"index"` // in the request
	Deleted bool `json:"deleted,omitempty"`
	*ingest.Trial
}

// try asks what would become of the items, and stores nothing.
func (s *Source) try(b *batch) trials {
	t := trials{Results: []trial{}, Rejected: b.rejected}
	for i, item := range b.items {
		m, ok := item.(*directdial.Mention)
		if !ok {
			t.Results = append(t.Results, trial{Index: b.index[i], Deleted: true})
			continue
		}
		m.Source, m.AcceptedAt = s.setup.Name, directdial.Clock(s.setup.Now())
		result := s.setup.Exchange.Try(*m)
		if result.Tags == nil {
			result.Tags = []directdial.TagScore{}
		}
		if result.Topics == nil {
			result.Topics = []directdial.TopicScore{}
		}
		t.Results = append(t.Results, trial{Index: b.index[i], Trial: &result})
	}
	return t
}
