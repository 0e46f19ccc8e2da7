package route

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// The accounts of the brand and the topics are in the hands of somebody by the
// configuration. A transfer puts them into the hands of a colleague, and that
// holds until the configuration says something else of who has them than it did
// then, or knows the colleague no longer.

// charge is an account or a topic that was transferred.
type charge struct {
	Configured string    `json:"configured"` // whose it was by the configuration
	Holder     string    `json:"holder"`
	Since      time.Time `json:"since"`
}

// inHands is who has an account (of bHolders) or a topic (of bOwners), and since
// when it was transferred to them.
func (x *directory) inHands(r index.Reader, bucket, key, configured string) (holder string, since time.Time) {
	c := shared[charge](r, bucket, key)
	if c.Holder == "" || c.Configured != configured || x.experts[c.Holder] == nil {
		return configured, time.Time{}
	}
	return c.Holder, c.Since
}

// ownerOf is who owns a topic of the directory.
func (x *directory) ownerOf(r index.Reader, t *directdial.Topic) string {
	owner, _ := x.inHands(r, bOwners, t.Name, t.Owner)
	return owner
}

// charges lists what is in the hands of an expert, in the order of the
// configuration, accounts before topics. Accounts are spelt as it does.
func (x *directory) charges(r index.Reader, expert string) (all []directdial.Charge) {
	for _, b := range x.Brands {
		for _, a := range b.Accounts {
			if holder, since := x.inHands(r, bHolders, normalAccount(a.ID), a.Holder); !b.Competitor && holder == expert {
				all = append(all, directdial.Charge{Account: a.ID, Configured: a.Holder, Since: since})
			}
		}
	}
	for i := range x.Topics {
		t := &x.Topics[i]
		if owner, since := x.inHands(r, bOwners, t.Name, t.Owner); owner == expert {
			all = append(all, directdial.Charge{Topic: t.Name, Configured: t.Owner, Since: since})
		}
	}
	return all
}

// restated are the charges that were transferred, and of which the configuration
// says something else since.
func (x *directory) restated(r index.Reader) (all []directdial.Charge) {
	configured := map[string]string{}
	for _, b := range x.Brands {
		for _, a := range b.Accounts {
			configured[normalAccount(a.ID)] = a.Holder
		}
	}
	r.Scan(bHolders, "", func(account string, _ []byte) bool {
		if c, _ := get[charge](r, bHolders, account); c.Configured != configured[account] {
			all = append(all, directdial.Charge{Account: account, Configured: configured[account]})
		}
		return true
	})
	r.Scan(bOwners, "", func(topic string, _ []byte) bool {
		owner := ""
		if t := x.topics[topic]; t != nil {
			owner = t.Owner
		}
		if c, _ := get[charge](r, bOwners, topic); c.Configured != owner {
			all = append(all, directdial.Charge{Topic: topic, Configured: owner})
		}
		return true
	})
	return all
}

// restate says in the log of which charges the configuration says something else
// since, so that it stays so, whatever the configuration says next.
func (r *Router) restate(w *writing) {
	if charges := r.directory.Load().restated(w.tx); len(charges) > 0 {
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: "charges"}, directdial.Event{Kind: directdial.EvRestated, Charges: charges})
	}
}

// Charges lists what is in the hands of an expert.
func (r *Router) Charges(expert string) []directdial.Charge {
	return r.directory.Load().charges(r.db, expert)
}

// entrusted puts charges into the hands of who they were transferred to.
func (f *folder) entrusted(e *directdial.Event) {
	for _, c := range e.Charges {
		held := charge{Configured: c.Configured, Holder: e.Expert, Since: f.step.At}
		bucket, key := bOwners, c.Topic
		if c.Account != "" {
			bucket, key = bHolders, normalAccount(c.Account)
		}
		put(f.tx, bucket, key, held)
	}
}

// restated leaves charges to the configuration again.
func (f *folder) restated(e *directdial.Event) {
	for _, c := range e.Charges {
		if c.Account != "" {
			f.tx.Delete(bHolders, normalAccount(c.Account))
		} else {
			f.tx.Delete(bOwners, c.Topic)
		}
	}
}
