package route

import (
	"maps"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

// noExpert says that nobody has this id, and who may have been meant.
func (x *directory) noExpert(id string) string {
	return suggest.None("expert", id, slices.Collect(maps.Keys(x.experts)))
}

// noTopic says that no topic has this name, and which may have been meant.
func (x *directory) noTopic(name string) string {
	return suggest.None("topic", name, slices.Collect(maps.Keys(x.topics)))
}

// noTag says that there is no such tag, and which there are.
func noTag(tag directdial.Tag) string {
	return suggest.None("tag", string(tag), directdial.TagNames())
}
