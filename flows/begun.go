package flows

import (
	"strings"
	"time"

	"postern/client"
)

// Begun is a sign-up that asked for a key and was not seen to end: the account
// may exist, not confirmed.
type Begun struct {
	LoginID string
	At      time.Time // local time
}

func (Begun) Error() string { return "a sign-up was begun and not finished" }

// concerns reports whether a task for this login ID, "" for any, should know.
func (b *Begun) concerns(j job, id string) bool {
	return b != nil && j.first() && (j.method == client.TOTP || j.method == AnyFactor) &&
		(id == "" || strings.EqualFold(strings.TrimSpace(id), b.LoginID))
}

// resuming says that a sign-up was begun, and asks how to go on.
type resuming struct {
	job
	begun Begun
}

func (resuming) want() Request { return nil }

// choices begin with what the command is for.
func (s resuming) choices() []Choice {
	if s.errand == ForSignUp {
		return []Choice{StartOver, HaveTheKey, OtherLoginID, Stop}
	}
	return []Choice{HaveTheKey, StartOver, OtherLoginID, Stop}
}

func (s resuming) screen() Screen {
	return Screen{
		Step: StepResume, Errand: s.errand, LoginID: s.begun.LoginID, Choices: s.choices(), Notice: s.begun,
		Can: Can{Cancel: true},
	}
}

func (s resuming) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Pick:
		if e.Index >= 0 && e.Index < len(s.choices()) {
			return s.picked(s.choices()[e.Index])
		}
	}
	return nil
}

func (s resuming) picked(c Choice) state {
	switch c {
	case HaveTheKey:
		s.errand, s.method = ForSignIn, client.TOTP
	case StartOver:
		s.errand, s.method = ForSignUp, client.TOTP
	case OtherLoginID:
		return naming{job: s.job}
	default:
		return s.job.stop(nil)
	}
	return naming{job: s.job}.named(s.begun.LoginID)
}
