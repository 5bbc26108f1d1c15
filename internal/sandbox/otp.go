package sandbox

import (
	"strings"
	"time"
)

const codeLife = 5 * time.Minute // sandbox behaviour; the service advises 3 to 5

// delivered is a code or a link that was sent. A user has at most one code for
// each channel: a new code cancels the one before it.
type delivered struct {
	Code  string // "" for a link
	To    string
	Until time.Time
	Tries int // wrong ones

	// What the sign-in asked for: the verify call carries no more than the
	// code or the link's token.
	Options loginOptions
	Session string  // the session to raise or change; "" for a fresh one
	Change  *change // set by an update call
}

// change is a new address that counts once what was sent there was verified.
type change struct {
	Address string
	LoginID bool // add the address to the login ids
}

// sender sends a user a code or a link, stores what it is for, and answers the
// call that asked for it.
type sender func(c *call, ch channel, p person, loginID string, sent delivered) (any, error)

// sendRequest is the body of sign-up, sign-in and sign-up-or-in. Which key
// holds the address differs among the official SDKs.
type sendRequest struct {
	LoginID  string       `json:"loginId"`
	User     profile      `json:"user"`
	Options  loginOptions `json:"loginOptions"`
	Email    string       `json:"email"`
	Phone    string       `json:"phone"`
	WhatsApp string       `json:"whatsapp"`
	Voice    string       `json:"voice"`
	TenantID string       `json:"tenantId"` // beside the options: descope/descope-js, sdk/otp/index.ts
}

// address finds where a newcomer's message goes: a key of its own, else the user
// object, else the login id.
func (in *sendRequest) address(ch channel) string {
	own := []string{in.Email}
	if ch != byEmail {
		own = []string{in.Phone, in.WhatsApp, in.Voice}
	}
	for _, a := range append(own, ch.of(in.User), in.LoginID) {
		if a = strings.TrimSpace(a); a != "" {
			return a
		}
	}
	return ""
}

func (c *call) readSend() (sendRequest, error) {
	var in sendRequest
	if err := c.decode(&in); err != nil {
		return in, err
	}
	if in.Options.TenantID == "" {
		in.Options.TenantID = in.TenantID
	}
	return in, checkLoginID(in.LoginID)
}

// signUp answers POST /v1/auth/<method>/signup/<channel>.
func (send sender) signUp(ch channel) handler {
	return func(c *call) (any, error) {
		in, err := c.readSend()
		if err != nil {
			return nil, err
		}
		return send.invite(c, ch, in)
	}
}

// invite sends a newcomer the code or link that registers.
func (send sender) invite(c *call, ch channel, in sendRequest) (any, error) {
	to := in.address(ch)
	if !ch.reaches(to) {
		return nil, ch.unreachable()
	}
	ch.set(&in.User, to)
	p, err := c.newcomer(in.LoginID, in.User)
	if err != nil {
		return nil, err
	}
	in.Options.MFA, in.Options.StepUp = false, false // a newcomer has no session to raise
	if _, err := c.mayEnter(&in.Options, p); err != nil {
		return nil, err
	}
	return send(c, ch, p, in.LoginID, delivered{To: to, Options: in.Options})
}

// signIn answers POST /v1/auth/<method>/signin/<channel>.
func (send sender) signIn(ch channel) handler {
	return func(c *call) (any, error) {
		in, err := c.readSend()
		if err != nil {
			return nil, err
		}
		p, found, err := c.personByLogin(in.LoginID)
		if err != nil {
			return nil, err
		}
		if !found || !p.Finished {
			return nil, refuse(codeNoUser, "The user was not found", "")
		}
		return send.challenge(c, ch, p, in)
	}
}

// challenge sends a registered user a code or link, and remembers which
// session asked for it.
func (send sender) challenge(c *call, ch channel, p person, in sendRequest) (any, error) {
	on, err := c.mayEnter(&in.Options, p)
	if err != nil {
		return nil, err
	}
	to := ch.of(p.Profile)
	if to == "" {
		to = in.LoginID
	}
	if !ch.reaches(to) {
		return nil, ch.unreachable()
	}
	sent := delivered{To: to, Options: in.Options}
	if on != nil {
		sent.Session = on.ID
	}
	return send(c, ch, p, in.LoginID, sent)
}

// signUpOrIn answers POST /v1/auth/<method>/signup-in/<channel>.
func (send sender) signUpOrIn(ch channel) handler {
	return func(c *call) (any, error) {
		in, err := c.readSend()
		if err != nil {
			return nil, err
		}
		p, found, err := c.personByLogin(in.LoginID)
		if err != nil {
			return nil, err
		}
		if !found || !p.Finished {
			return send.invite(c, ch, in)
		}
		return send.challenge(c, ch, p, in)
	}
}

// sendCode is the sender of one-time codes.
func (c *call) sendCode(ch channel, p person, loginID string, sent delivered) (any, error) {
	if err := c.prepareCode(ch, &p, &sent); err != nil {
		return nil, err
	}
	if err := c.post(Message{Kind: CodeMessage, Channel: string(ch), To: sent.To, LoginID: loginID, Code: sent.Code}); err != nil {
		return nil, err
	}
	return ch.mask(sent.To), nil
}

// prepareCode fills in a code and its end, and stores it with its user.
func (c *call) prepareCode(ch channel, p *person, sent *delivered) error {
	code, err := newCode()
	if err != nil {
		return err
	}
	sent.Code, sent.Until = code, c.now.Add(codeLife)
	if p.Codes == nil {
		p.Codes = map[channel]delivered{}
	}
	p.Codes[ch] = *sent
	return c.save(*p)
}
