package experts

import (
	"fmt"

	"github.com/directdial/directdial"
)

// verbs are the commands of `directdial experts` by which a colleague answers a
// card about being enabled.
var verbs = map[directdial.ActionKind]string{
	directdial.ActAgree:     "agree",
	directdial.ActFewer:     "agree",
	directdial.ActNotNow:    "not-now",
	directdial.ActPractised: "practise",
	directdial.ActRead:      "read",
}

// Typed are the commands that do what a card lets its receiver do, in the order
// of its choices: for a channel that has no buttons.
func Typed(c *Card) (commands []string) {
	for _, choice := range c.Choices {
		commands = append(commands, typed(c, choice.Act))
	}
	if len(c.Notice.Dials) > 0 {
		for _, choice := range c.Notice.Dials[0].Choices {
			commands = append(commands, fmt.Sprintf("directdial dials %s DIAL --as %s", choice.Act, c.To.ID))
		}
	}
	if len(c.Samples) > 0 {
		for _, say := range []string{"", " left MENTION --as " + c.To.ID, " belonged MENTION --topic TOPIC --as " + c.To.ID} {
			commands = append(commands, "directdial missed"+say)
		}
	}
	return commands
}

func typed(c *Card, act directdial.ActionKind) string {
	verb, enabling := verbs[act]
	switch {
	case act == directdial.ActHelped:
		return fmt.Sprintf("directdial dials outcome %s helped --as %s", c.Dial, c.To.ID)
	case act == directdial.ActNotYet:
		return fmt.Sprintf("directdial dials outcome %s not-yet --as %s", c.Dial, c.To.ID)
	case !enabling:
		return fmt.Sprintf("directdial dials %s %s --as %s", act, c.Dial, c.To.ID)
	}
	command := fmt.Sprintf("directdial experts %s %s", verb, c.To.ID)
	if act != directdial.ActRead && !c.Grant.Only {
		command += fmt.Sprintf(" --grant %q", c.Grant.ID)
	}
	if act == directdial.ActFewer {
		command += " --fewer"
	}
	return command
}
