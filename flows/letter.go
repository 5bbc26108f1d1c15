package flows

import (
	"slices"
	"time"

	"postern/client"
)

// letter is the newest message that was delivered; the zero letter is none.
type letter struct {
	method   client.Method
	errand   Errand
	sent     client.Sent
	resendAt time.Time
	until    time.Time // of a link that is waited for: when that ends
	reset    bool      // it lets a person in who has forgotten the password
}

// on reports whether it is a letter for what is asked now.
func (l letter) on(j job) bool {
	return l.method != "" && l.method == j.method && l.errand == j.errand && l.reset == j.plan.Reset
}

// sendable reports whether it is known where another message would go.
func (j job) sendable() bool { return j.errand != ForSignUp || j.missing() < 0 }

// tooEarly is why no other message is sent yet, nil when one may be.
func (j job) tooEarly(at time.Time) error {
	if next := j.nextLetter(); at.Before(next) {
		return Wait{next.Sub(at)}
	}
	return nil
}

// nextLetter is the local time before which no other message is sent.
func (j job) nextLetter() time.Time {
	return slices.MaxFunc([]time.Time{j.letter.resendAt, j.past.until}, time.Time.Compare)
}
