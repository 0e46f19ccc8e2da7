package main

import (
	"runtime/debug"

	"github.com/prometheus/common/version"
)

// The metric directdial_build_info says what --version says.
func init() { version.Version = buildVersion() }

// buildVersion is what the build information says: a tag, or the revision.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " with local changes"
		}
	}
	return "devel " + revision + modified
}
