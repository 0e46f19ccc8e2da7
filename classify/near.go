package classify

// near is a keyword of two phrases that must stand near each other.
type near struct {
	within int32 // words between them
	then   use   // what it means
}

// nearState is where the two phrases of one near were found last in a text.
type nearState struct {
	round uint32
	at    [2]hit
}

// near notes one phrase of a near, and if the other was found shortly before,
// counts both as one hit. Hits come in the order of their first token, so the
// latest of each phrase is all there is to remember. The words of split
// hashtags stand behind the text and are near to nothing.
func (s *scratch) near(c *Classifier, u *use, h *hit) {
	if int(h.last) >= s.main {
		return
	}
	state := &s.nears[u.owner]
	if state.round != s.round {
		*state = nearState{round: s.round, at: [2]hit{{last: -1}, {last: -1}}}
	}
	state.at[u.item] = *h
	other := &state.at[1-u.item]
	n := &c.nears[u.owner]
	if between := h.first - other.last - 1; other.last >= 0 && 0 <= between && between <= n.within {
		both := hit{first: other.first, last: h.last}
		s.use(c, &n.then, &both)
	}
}
