package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
)

// The environment of a command is often not that of the daemon, which has its
// secrets from the service that starts it. So what is not here fails the
// configuration alone, and all that does not need it is looked at.

// examined reads the configuration as run does. If run would refuse it here for
// variables and secret files alone that are not there, it returns what else it
// says beside the error.
func (a *app) examined() (*config.Config, error) {
	c, refused := a.load(true)
	if refused != nil {
		c, _ = config.Load(cmp.Or(a.configPath, defaultConfig), configOptions(false))
	}
	return c, refused
}

const lacksRemedy = "run doctor with the variables and the files of the daemon"

// examineConfiguration tells what is read, or what it lacks.
func examineConfiguration(c *config.Config) directdial.Finding {
	if len(c.Lacks) > 0 {
		names := slices.Sorted(maps.Keys(c.Lacks))
		return directdial.Failed("configuration", "run would refuse it here: "+notHere(c, names...), lacksRemedy)
	}
	file := c.File
	if c.Example {
		file = "the built-in example"
	}
	return directdial.Found("configuration", "good: "+file)
}

// unless examines what needs a part of the configuration, unless that lacks
// something.
func unless(c *config.Config, needs, what string, part func() []directdial.Finding) func() []directdial.Finding {
	if lacks(c, needs) {
		return func() []directdial.Finding { return []directdial.Finding{notLooked(c, needs, what)} }
	}
	return part
}

func lacks(c *config.Config, needs string) bool { return len(c.Lacks[needs]) > 0 }

func notLooked(c *config.Config, needs, what string) directdial.Finding {
	return directdial.Doubted(what, "not looked at: "+notHere(c, needs), lacksRemedy)
}

// notHere names what these parts of the configuration lack.
func notHere(c *config.Config, parts ...string) string {
	var names []string
	for _, part := range parts {
		names = append(names, c.Lacks[part]...)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 1 {
		return names[0] + " is not here"
	}
	return strings.Join(names, ", ") + " are not here"
}

// complete is the configuration without the sources and channels that lack
// something.
func complete(c *config.Config) *config.Config {
	part := *c
	part.Sources = slices.DeleteFunc(slices.Clone(c.Sources), func(s config.Source) bool { return lacks(c, "source "+s.Name) })
	part.Channels = slices.DeleteFunc(slices.Clone(c.Channels), func(ch config.Channel) bool { return lacks(c, "channel "+ch.Name) })
	return &part
}
