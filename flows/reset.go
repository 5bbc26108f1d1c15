package flows

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"postern/client"
)

// ResetPassword has a mail sent that lets the person in without the password.
type ResetPassword struct{ LoginID string }

func (ResetPassword) request() {}

// ResetSent says that it is on its way, and how it is answered: Link or
// MagicLink.
type ResetSent struct {
	Method   client.Method
	Sent     client.Sent
	ResendAt time.Time // local time, zero for at once
}

func (ResetSent) result() {}

// Mailed shows where a reset mail went.
type Mailed struct {
	Method client.Method // how it is answered
	To     client.Text   // masked by the server; empty when it does not say
	Number client.Text   // Link: which of the links in the mail is the right one
}

func (Mailed) show() {}

// reset goes on with the mail, unless one is there already.
func (j job) reset() state {
	if j.letter.on(j) {
		return pasting{j, try{past: j.past}}
	}
	return resetting{j}
}

// resetting has the mail sent.
type resetting struct{ job }

func (s resetting) want() Request { return ResetPassword{s.loginID} }

func (s resetting) screen() Screen {
	return Screen{Step: StepReset, Errand: s.errand, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s resetting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		switch r := e.Result.(type) {
		case ResetSent:
			s.letter = letter{method: s.method, errand: s.errand, sent: r.Sent, resendAt: r.ResendAt, reset: r.Method}
			s.past = s.past.without(client.MagicLink, client.Link)
			return s.job.reset()
		case Failed:
			return s.failed(r.Err)
		}
	}
	return nil
}

func (s resetting) failed(err error) state {
	switch {
	case s.letter.on(s.job):
		return pasting{s.job, try{past: s.past, notice: err}} // the mail before may be good still
	case errors.Is(err, client.UserUnknown):
		return unknown{s.job, err}
	}
	return s.job.stuckAt(s, err)
}

// pasting takes the link of the mail, or the token in it. An enchanted link is
// opened elsewhere, and looked after with every Enter.
type pasting struct {
	job
	try try
}

func (s pasting) want() Request {
	if s.try.sending.Empty() {
		return nil
	}
	return VerifyCode{client.Verify{Method: s.letter.reset, LoginID: s.loginID, Code: s.try.sending}}
}

func (s pasting) screen() Screen {
	sc := Screen{
		Step: StepResetLink, Errand: s.errand, LoginID: s.loginID, Notice: s.try.notice,
		Show: Mailed{s.letter.reset, s.letter.sent.To, s.letter.sent.Number}, Can: Can{Back: true, Cancel: true},
	}
	if s.try.sending.Empty() {
		sc.Ask = &Ask{Optional: s.letter.reset == client.Link}
	}
	return sc
}

func (s pasting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(s.letter.reset))
	case Back:
		return s.left().back()
	case Submit:
		if s.try.sending.Empty() {
			return s.submitted(e)
		}
	case Done:
		return s.answered(e)
	}
	return nil
}

func (s pasting) submitted(e Submit) state {
	token := client.Secret(tokenIn(e.Text))
	s.try.notice = nil
	switch {
	case e.At.Before(s.try.until):
		s.try.notice = Wait{s.try.until.Sub(e.At)}
	case s.letter.reset == client.Link:
		s.try.sending = s.letter.sent.Ref
	case strings.TrimSpace(e.Text) == "":
		return denied{job: s.left()}
	case token.Empty():
		s.try.notice = BadLink
	case s.try.knows(client.MagicLink, token):
		s.try.notice = UsedSecret
	default:
		s.try.sending = token
	}
	return s
}

// tokenIn is the token of a magic link (descope/go-sdk, README: the query
// parameter t), or what was typed where that is no link.
func tokenIn(typed string) string {
	typed = strings.TrimSpace(typed)
	if !strings.Contains(typed, "://") {
		return typed
	}
	link, err := url.Parse(typed)
	if err != nil {
		return ""
	}
	return link.Query().Get("t")
}

func (s pasting) answered(d Done) state {
	switch r := d.Result.(type) {
	case SignedIn:
		if !r.Session.IsWhoWasMeant() { // whose password would be set?
			return revoking{session: r.Session, outcome: Outcome{Err: Stranger, LoginID: s.loginID}}
		}
		s.job.past, s.job.letter = past{}, letter{}
		return fresh{job: s.job, on: r.Session}.begin()
	case Failed:
		if next := s.left().diverted(r.Err); next != nil {
			return next
		}
		s.try = s.try.failed(s.letter.reset, r.Err, d.At, nil)
		return s
	}
	return nil
}

// left is the job with what the field has learned.
func (s pasting) left() job {
	s.job.past = s.try.past
	return s.job
}
