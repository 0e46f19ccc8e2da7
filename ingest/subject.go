package ingest

import "sync"

// maxPlatforms bounds the names of platforms that stand in subjects. A webhook
// may write as any platform, and each subject costs the log memory for ever.
const maxPlatforms = 64

// otherPlatform stands in the subject for those that came too late.
const otherPlatform = "other"

// platforms gives each platform its name in the subject, as long as there are
// few. The mention itself says where it was said.
type platforms struct {
	mu    sync.Mutex
	known map[string]bool
}

func (p *platforms) name(platform string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[platform] {
		return platform
	}
	if len(p.known) >= maxPlatforms {
		return otherPlatform
	}
	if p.known == nil {
		p.known = map[string]bool{}
	}
	p.known[platform] = true
	return platform
}

// SubjectsOf are the subjects of MENTIONS, with wildcards, under which all
// mentions of a platform stand. Those of others may stand under them, too.
func SubjectsOf(platform string) []string {
	subjects := []string{"mentions." + platform + ".>"}
	if platform != otherPlatform {
		subjects = append(subjects, "mentions."+otherPlatform+".>")
	}
	return subjects
}
