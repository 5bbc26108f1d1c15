package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Purpose says what a delivered code is for.
type Purpose int

const (
	ToSignIn     Purpose = iota // somebody with an account
	ToSignUp                    // somebody new
	ToSignUpOrIn                // either
)

var purposePaths = map[Purpose]string{ToSignIn: "signin", ToSignUp: "signup", ToSignUpOrIn: "signup-in"}

// Send asks for a code to be delivered.
type Send struct {
	Method  Method
	Purpose Purpose
	LoginID string
	User    NewUser      // at sign-up
	Options LoginOptions // MFA and StepUp with ToSignIn only
	On      *Session     // the session to be raised, with MFA or StepUp
}

// Sent says where a code or a link went.
type Sent struct {
	To     Text   // masked; empty when the reply does not say
	Tries  int    // how often a code may be tried, 0 when not said
	Number Text   // Link: which of the links in the mail is the right one
	Ref    Secret // Link: the Code to Verify with
}

const maxMask = 128 // characters of a masked address, which a line can show

// sendPaths say where each method's message is asked for.
var sendPaths = map[Method]string{
	Email: "otp/%s/email", SMS: "otp/%s/sms", Voice: "otp/%s/voice", WhatsApp: "otp/%s/whatsapp",
	Link:      "enchantedlink/%s/email",
	MagicLink: "magiclink/%s/email", MagicSMS: "magiclink/%s/sms", MagicWhatsApp: "magiclink/%s/whatsapp",
}

// SendCode has a code or a link delivered (Descope API: /v1/auth/otp/…,
// /v1/auth/magiclink/…, /v1/auth/enchantedlink/…). A new code cancels earlier
// ones, a new link does not. It is never repeated by itself: each costs a
// message.
func (c *Client) SendCode(ctx context.Context, s Send) (Sent, error) {
	op := fmt.Sprintf("%s %s", s.Method, purposePaths[s.Purpose])
	if slices.Contains(Delivered, s.Method) {
		op = fmt.Sprintf("otp %s %s", purposePaths[s.Purpose], s.Method)
	}
	if err := s.check(op); err != nil {
		return Sent{}, err
	}
	bearer, err := s.Options.bearer(op, s.On)
	if err != nil {
		return Sent{}, err
	}
	if err := c.Keys(ctx); err != nil {
		return Sent{}, notSent(op, err)
	}
	rep, err := c.do(ctx, request{
		op: op, path: "/v1/auth/" + fmt.Sprintf(sendPaths[s.Method], purposePaths[s.Purpose]), bearer: bearer, body: s.body(),
	})
	if err != nil {
		return Sent{}, err
	}
	sent, err := readSent(op, rep)
	if err == nil && s.Method == Link && (sent.Ref.Empty() || sent.Number == "") {
		err = &Error{Op: op, Kind: Unreadable, Err: errors.New("no link to wait for in it")}
	}
	return sent, err
}

// readSent reads the reply to whatever sends a message.
func readSent(op string, rep reply) (Sent, error) {
	var w struct {
		Email  Text   `json:"maskedEmail"`
		Phone  Text   `json:"maskedPhone"`
		Tries  int    `json:"verificationAttempts"`
		Number Text   `json:"linkId"`
		Ref    Secret `json:"pendingRef"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return Sent{}, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	return Sent{short(Text(orElse(string(w.Email), string(w.Phone)))), max(w.Tries, 0), short(w.Number), w.Ref}, nil
}

// short keeps what a line can show.
func short(t Text) Text {
	r := []rune(string(t))
	return Clean(string(r[:min(len(r), maxMask)]))
}

// check refuses what would be another call than the one that was meant.
func (s Send) check(op string) error {
	switch _, known := purposePaths[s.Purpose]; {
	case s.LoginID == "":
		return nothingToSend(op, "no login ID")
	case !known || sendPaths[s.Method] == "":
		return nothingToSend(op, "nothing is sent for this method")
	case s.Purpose != ToSignIn && (s.Options.MFA || s.Options.StepUp):
		return nothingToSend(op, "only a sign-in can raise a session")
	}
	return nil
}

// body is the request as the Go SDK sends it: at sign-up the address stands
// beside the user, under a name that depends on the method.
func (s Send) body() any {
	if s.Purpose != ToSignUp {
		return struct {
			LoginID string      `json:"loginId"`
			Options wireOptions `json:"loginOptions"`
		}{s.LoginID, s.Options.wire()}
	}
	user := s.User
	b := struct {
		LoginID  string      `json:"loginId"`
		User     NewUser     `json:"user"`
		Email    string      `json:"email,omitempty"`
		Phone    string      `json:"phone,omitempty"`
		WhatsApp string      `json:"whatsapp,omitempty"`
		Options  wireOptions `json:"loginOptions"`
	}{LoginID: s.LoginID, Options: s.Options.signUpWire()}
	switch s.Method.Channel() {
	case Email:
		user.Email = s.to()
		b.Email = user.Email
	case WhatsApp:
		user.Phone = s.to()
		b.WhatsApp = user.Phone
	default:
		user.Phone = s.to()
		b.Phone = user.Phone
	}
	b.User = user
	return b
}

// to is the address that a message goes to, as far as it is known here: at a
// sign-up the one that was given.
func (s Send) to() string {
	switch {
	case s.Purpose != ToSignUp:
		return s.LoginID
	case s.Method.Channel() == Email:
		return orElse(s.User.Email, s.LoginID)
	}
	return orElse(s.User.Phone, s.LoginID)
}

// Addresses are whom the message is for, each written in one way: where it
// goes, and at a sign-up also the login ID, which it is asked for by later.
func (s Send) Addresses() []string {
	all := []string{plainAddress(s.to()), plainAddress(s.LoginID)}
	return slices.Compact(all)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
