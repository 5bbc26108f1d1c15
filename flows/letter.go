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
	loginID  string
	sent     client.Sent
	resendAt time.Time
	until    time.Time // of a link that is waited for: when that ends
	reset    bool      // it lets a person in who has forgotten the password
}

// on reports whether it is a letter for what is asked now.
func (l letter) on(j job) bool {
	return l.method != "" && l.method == j.method && l.errand == j.errand && l.reset == j.plan.Reset
}

// posted is the job with another letter, or none. Those before are remembered:
// who comes back to one, too early for another, has it.
func (j job) posted(l letter) job {
	j.plan.sent = slices.DeleteFunc(slices.Clone(j.mail()), func(old letter) bool {
		return old.method == l.method && old.errand == l.errand && old.loginID == l.loginID && old.reset == l.reset
	})
	j.letter = l
	return j
}

// mail are the messages that were sent in this run, the newest last.
func (j job) mail() []letter {
	if j.letter.method == "" {
		return j.plan.sent
	}
	return append(slices.Clip(j.plan.sent), j.letter)
}

// recalled is the job with the letter that was sent before for what is asked
// now, where it is too early for another.
func (j job) recalled(err error, at time.Time) (job, bool) {
	pause := pauseOf(err)
	for _, l := range slices.Backward(j.plan.sent) {
		if pause <= 0 || l.loginID != j.loginID || l.errand != j.errand || l.reset != j.plan.Reset || !l.reset && l.method != j.method {
			continue
		}
		l.resendAt, l.sent.Tries = at.Add(pause), 0 // how many were used meanwhile is not known
		j.method = l.method
		return j.posted(l), true
	}
	return j, false
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
