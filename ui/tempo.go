package ui

import "time"

// tempo is how often what is shown may change by itself.
type tempo time.Duration

const (
	lively = tempo(time.Second)
	calm   = tempo(10 * time.Second) // where nothing is to move: a sentence now and then, no ticking
)

func (m model) tempo() tempo {
	if m.term.Still {
		return calm
	}
	return lively
}

// clock is the time as it is shown.
func (m model) clock() time.Time {
	if m.term.Still {
		return m.now.Truncate(time.Duration(calm))
	}
	return m.now
}

// roundUp is the time left in steps: at no point less than there is.
func (t tempo) roundUp(left time.Duration) time.Duration {
	return (left + time.Duration(t) - 1).Truncate(time.Duration(t))
}

// least says how long it is until something may be done: never too little.
func (t tempo) least(left time.Duration) string { return t.say(t.roundUp(left)) }

// most says how long something still lasts. The last second is begun already.
func (t tempo) most(left time.Duration) string {
	if t == lively {
		return t.say(left)
	}
	return t.say(t.roundUp(left))
}
