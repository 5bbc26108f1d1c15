package flows

import (
	"context"
	"time"

	"postern/client"
)

// How a link is waited for, as the mobile SDKs do (descope/descope-swift and
// descope-kotlin, enchanted link: every second, two minutes in all). The
// JavaScript SDK gives each poll six seconds, and goes on for ten minutes,
// whatever it is answered.
const (
	pollEvery = time.Second
	linkWait  = 2 * time.Minute
	pollWait  = 6 * time.Second
)

// Link shows which link of a message is the right one, while it is waited for.
type Link struct {
	Number   client.Text
	To       client.Text // masked by the server; empty when it does not say
	ResendAt time.Time   // local time before which no other is sent
	Until    time.Time   // local time when the waiting ends
	Heard    time.Time   // local time of the last answer, zero where all are answered
}

// waiting waits until a link was opened, anywhere. One poll follows the other,
// each a task of its own; the person may go elsewhere meanwhile.
type waiting struct {
	job
	after  time.Duration // before the next poll
	missed bool          // the last poll came to nothing
	heard  time.Time     // the last answer, zero before the first
	notice error
}

func (s waiting) want() Request {
	return Poll{client.Verify{Method: client.Link, LoginID: s.loginID, Code: s.letter.sent.Ref, On: s.base.session}, s.after, s.letter.until}
}

func (s waiting) screen() Screen {
	shown := Link{Number: s.letter.sent.Number, To: s.letter.sent.To, ResendAt: s.nextLetter(), Until: s.letter.until}
	if s.missed {
		shown.Heard = s.heard
	}
	return Screen{
		Step: StepLink, Errand: s.errand, LoginID: s.loginID, Show: shown, Notice: s.notice,
		Can: Can{Back: true, Cancel: true, Resend: s.sendable(), Method: true},
	}
}

func (s waiting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(unclear(s.notice))
	case Back:
		return s.job.back()
	case Another:
		return choosing{job: s.job}
	case Resend:
		if !s.sendable() {
			return nil
		}
		if s.notice = s.tooEarly(e.At); s.notice == nil {
			return s.job.send()
		}
		return s
	case Done:
		switch r := e.Result.(type) {
		case SignedIn:
			return s.job.entered(r.Session)
		case Failed:
			return s.failed(r.Err, e.At)
		}
	}
	return nil
}

// failed goes on where the answer may still come, and ends the waiting with
// what was said otherwise.
func (s waiting) failed(err error, at time.Time) state {
	s.after = pollEvery
	switch client.KindOf(err) {
	case client.Pending:
		s.missed, s.heard = false, at
	case client.Unreachable, client.Unknown, client.Unavailable:
		if s.missed = true; s.heard.IsZero() {
			s.heard = at
		}
	case client.RateLimited:
		s.missed, s.heard, s.after = false, at, max(retryAfter(err), pollEvery)
	default:
		if next := s.job.diverted(err); next != nil {
			return next
		}
		return s.job.unopened(err)
	}
	if at.Add(s.after).After(s.letter.until) {
		return s.job.unopened(err)
	}
	if pauseOf(s.notice) > 0 {
		s.notice = s.tooEarly(at) // so that it counts down, and goes
	}
	return s
}

// unopened is the end of the waiting. What was sent is not waited for again.
func (j job) unopened(err error) state {
	j.letter = letter{}
	return unopened{j, err}
}

// unopened offers what can be done about a link that did not sign in.
type unopened struct {
	job
	err error
}

func (unopened) want() Request { return nil }

func (s unopened) choices() []Choice {
	if !s.sendable() {
		return []Choice{OtherMethod, Stop}
	}
	return []Choice{SendAgain, OtherMethod, Stop}
}

func (s unopened) screen() Screen {
	return Screen{
		Step: StepUnopened, Errand: s.errand, LoginID: s.loginID, Choices: s.choices(), Notice: s.err,
		Can: Can{Back: s.first(), Cancel: true},
	}
}

func (s unopened) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.err)
	case Back:
		if s.first() {
			return naming{job: s.job}
		}
	case Pick:
		if e.Index < 0 || e.Index >= len(s.choices()) {
			return nil
		}
		switch s.choices()[e.Index] {
		case SendAgain:
			return s.job.send()
		case OtherMethod:
			return choosing{job: s.job}
		}
		return s.job.stop(s.err)
	}
	return nil
}

// poll asks once, after a while. A poll that hangs is given up, or the next
// would never come.
func (r Runner) poll(ctx context.Context, p Poll) Result {
	if err := r.wait(ctx, p.After); err != nil {
		return Failed{err}
	}
	limit := pollWait
	if left := p.Until.Sub(r.now()); left > 0 { // else somebody comes back to it late: one try
		limit = min(limit, left)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s, err := r.Auth.Verify(ctx, p.Verify)
	return either(SignedIn{s}, err)
}

// sleep waits on the wall clock.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
