package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sources",
		Short: "Show how each source does, and what it may have missed",
		Long: `Each source with how far it is behind, when it last got through, what it brings an
hour and what its own past lets expect, how many requests it sent and may still
send, and its gaps: times in which nothing was heard. Of a gap, what the platform
gave later counts as fetched; what could not be had is a number, or unknown.

Without a daemon it shows what is remembered. Times are local, requests are those
since the daemon started.`,
		Example: "  directdial sources\n  directdial sources --json | jq '.[] | select(.condition != \"ok\")'",
	}
	return listing(a, c, (*desk.Client).Sources, desk.PrintSources)
}

// Sources implements desk.Exchange: how each source does, with the gaps that the
// log knows.
func (x deskView) Sources(ctx context.Context) ([]directdial.SourceStanding, error) {
	standings, err := x.sources(ctx)
	for i := range standings {
		standings[i].Gaps = x.router.Gaps(standings[i].Name)
	}
	return standings, err
}
