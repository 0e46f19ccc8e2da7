package slack

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/directdial/directdial"
)

// interaction is something that a person did in Slack, whichever way Slack told
// of it. Slack vouches for the person, for nothing else: what the interaction
// names may long be over.
type interaction struct {
	kind    interactionKind
	id      string // Slack's own, the same however often Slack tells of it
	user    string // member id
	channel string // where it happened; "" in the Home tab and in a modal
	trigger string // opens one modal within three seconds
	respond string // address for answers, where Slack gives one
	act     string // pressed: what the button is for; searched: what is looked for
	value   string // of the button, or chosen; typed: the words behind the command
	message string // timestamp of the message that holds the button
	view    view   // submitted, searched
	// pressed or searched under a mention of a sample: which, of which card
	offer   string
	mention directdial.Key
	late    bool // it is about a late dial of a notice, which does not show what became of it
}

// view is a modal as it comes back.
type view struct {
	id       string
	callback string
	private  string            // what this program attached to it
	chosen   map[string]string // by block
}

type interactionKind uint8

const (
	nothing   interactionKind = iota // nothing that concerns this program
	pressed                          // a button, or something chosen beside one
	submitted                        // a modal
	searched                         // words are being typed into a field of a modal
	typed                            // the slash command
	opened                           // the Home tab
)

// key identifies an interaction for ever, as a name that an action can have.
func (i interaction) key() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{i.user, i.id, i.act, i.value + string(i.mention)}, "\n")))
	return "slack-" + hex.EncodeToString(sum[:12])
}

// choice is something that was chosen, or nothing.
type choice struct {
	Value string `json:"value"`
}

// payload is the JSON of block_actions, view_submission and block_suggestion.
type payload struct {
	Type string `json:"type"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Trigger   string `json:"trigger_id"`
	Respond   string `json:"response_url"`
	Container struct {
		Channel string `json:"channel_id"`
		Message string `json:"message_ts"`
	} `json:"container"`
	Actions []struct {
		Act      string `json:"action_id"`
		Block    string `json:"block_id"`
		Value    string `json:"value"`
		At       string `json:"action_ts"`
		Selected choice `json:"selected_option"`
	} `json:"actions"`
	View struct {
		ID       string `json:"id"`
		Callback string `json:"callback_id"`
		Private  string `json:"private_metadata"`
		State    struct {
			Values map[string]map[string]struct {
				Value    string `json:"value"`
				Selected choice `json:"selected_option"`
			} `json:"values"`
		} `json:"state"`
	} `json:"view"`
	Act   string `json:"action_id"` // block_suggestion
	Block string `json:"block_id"`
	Value string `json:"value"`
}

// readInteraction reads what comes as payload of interactivity.
func readInteraction(data []byte) (interaction, error) {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return interaction{}, directdial.Errorf(directdial.Invalid, "Slack's payload cannot be read")
	}
	i := interaction{
		user: p.User.ID, channel: p.Container.Channel, message: p.Container.Message, trigger: p.Trigger, respond: p.Respond,
		view: view{id: p.View.ID, callback: p.View.Callback, private: p.View.Private, chosen: map[string]string{}},
	}
	for block, fields := range p.View.State.Values {
		for _, f := range fields {
			i.view.chosen[block] = cmp.Or(f.Selected.Value, f.Value)
		}
	}
	switch {
	case i.user == "":
	case p.Type == "block_actions" && len(p.Actions) > 0:
		a := p.Actions[0]
		i.kind, i.id, i.act, i.value = pressed, a.At, a.Act, cmp.Or(a.Selected.Value, a.Value)
		i.offer, i.mention = sampledIn(a.Block)
	case p.Type == "view_submission" && i.view.id != "":
		i.kind, i.id = submitted, i.view.id
	case p.Type == "block_suggestion":
		i.kind, i.act, i.value = searched, p.Act, p.Value
		i.offer, i.mention = sampledIn(p.Block)
	}
	return i, nil
}

// readCommand reads the slash command, which comes as a form over HTTP and as a
// JSON object through a socket.
func readCommand(get func(string) string) interaction {
	i := interaction{
		user: get("user_id"), channel: get("channel_id"), trigger: get("trigger_id"), respond: get("response_url"),
		id: get("trigger_id"), value: get("text"),
	}
	if i.user != "" && i.id != "" {
		i.kind = typed
	}
	return i
}

// event is the JSON of the Events API.
type event struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	ID        string `json:"event_id"`
	Event     struct {
		Type string `json:"type"`
		User string `json:"user"`
		Tab  string `json:"tab"`
	} `json:"event"`
}

func readEvent(data []byte) (event, error) {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return e, directdial.Errorf(directdial.Invalid, "Slack's event cannot be read")
	}
	return e, nil
}

// interaction is the one event that this program asks for.
func (e event) interaction() interaction {
	if e.Type != "event_callback" || e.Event.Type != "app_home_opened" || e.Event.Tab == "messages" || e.Event.User == "" {
		return interaction{}
	}
	return interaction{kind: opened, id: e.ID, user: e.Event.User}
}

// readForm reads the body of a signed request that is a form. What stands in the
// address is not signed, and is not read.
func readForm(body []byte) (interaction, error) {
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil:
		return interaction{}, directdial.Errorf(directdial.Invalid, "the form cannot be read")
	case form.Has("payload"):
		return readInteraction([]byte(form.Get("payload")))
	}
	return readCommand(form.Get), nil
}

// readEnvelope reads what an envelope of a socket holds.
func readEnvelope(kind string, data []byte) (interaction, error) {
	switch kind {
	case "interactive":
		return readInteraction(data)
	case "slash_commands":
		var fields map[string]any
		if err := json.Unmarshal(data, &fields); err != nil {
			return interaction{}, directdial.Errorf(directdial.Invalid, "Slack's command cannot be read")
		}
		return readCommand(func(name string) string { s, _ := fields[name].(string); return s }), nil
	case "events_api":
		e, err := readEvent(data)
		return e.interaction(), err
	}
	return interaction{}, nil
}
