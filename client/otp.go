package client

import (
	"context"
	"fmt"
	"slices"
)

// Method is a way in, or a factor. The values are the ones of the wire.
type Method string

// The methods that a terminal can use.
const (
	TOTP     Method = "totp"
	Email    Method = "email"
	SMS      Method = "sms"
	Voice    Method = "voice"
	WhatsApp Method = "whatsapp"
)

// Delivered are the methods whose code is sent to an address, in the order in
// which they are offered.
var Delivered = []Method{Email, SMS, Voice, WhatsApp}

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

// Sent says where a code went.
type Sent struct {
	To    Text // masked; empty when the reply does not say
	Tries int  // how often a code may be tried, 0 when not said
}

// maxMask cuts a masked address to what a line can show.
const maxMask = 128

// SendCode has a code delivered (Descope API: /v1/auth/otp/…). A new code
// cancels earlier ones. It is never repeated by itself: each costs a message.
func (c *Client) SendCode(ctx context.Context, s Send) (Sent, error) {
	op := fmt.Sprintf("otp %s %s", purposePaths[s.Purpose], s.Method)
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
		op: op, path: "/v1/auth/otp/" + purposePaths[s.Purpose] + "/" + string(s.Method), bearer: bearer, body: s.body(),
	})
	if err != nil {
		return Sent{}, err
	}
	var w struct {
		Email Text `json:"maskedEmail"`
		Phone Text `json:"maskedPhone"`
		Tries int  `json:"verificationAttempts"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return Sent{}, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	to := []rune(orElse(string(w.Email), string(w.Phone)))
	return Sent{To: Clean(string(to[:min(len(to), maxMask)])), Tries: max(w.Tries, 0)}, nil
}

// check refuses what would be another call than the one that was meant.
func (s Send) check(op string) error {
	switch _, known := purposePaths[s.Purpose]; {
	case s.LoginID == "":
		return nothingToSend(op, "no login ID")
	case !known || !slices.Contains(Delivered, s.Method):
		return nothingToSend(op, "no such way to deliver a code")
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
	if s.Method == Email {
		user.Email = orElse(user.Email, s.LoginID)
		b.Email = user.Email
	} else {
		user.Phone = orElse(user.Phone, s.LoginID)
		b.Phone = user.Phone
	}
	if s.Method == WhatsApp {
		b.Phone, b.WhatsApp = "", user.Phone
	}
	b.User = user
	return b
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Verify is a code on its way back.
type Verify struct {
	Method  Method
	LoginID string
	Code    Secret
	Options LoginOptions // TOTP only: of a delivered code they went with Send
	On      *Session     // the session to be raised, nil for none
}

// Verify sends a code (Descope API: /v1/auth/totp/verify, /v1/auth/otp/verify/…).
// The key set is fetched first, so that a code is never spent on a token that
// we could not check.
func (c *Client) Verify(ctx context.Context, v Verify) (*Session, error) {
	op, path := "otp verify "+string(v.Method), "/v1/auth/otp/verify/"+string(v.Method)
	body := map[string]any{"loginId": v.LoginID, "code": v.Code.Reveal()}
	var bearer Secret
	if v.Method == TOTP {
		op, path = "totp verify", "/v1/auth/totp/verify"
		if w := v.Options.wire(); !w.empty() {
			body["loginOptions"] = w
		}
		var err error
		if bearer, err = v.Options.bearer(op, v.On); err != nil {
			return nil, err
		}
	}
	if v.LoginID == "" || v.Code.Empty() || (v.Method != TOTP && !slices.Contains(Delivered, v.Method)) {
		return nil, nothingToSend(op, "no login ID, no code, or no such method")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	rep, err := c.do(ctx, request{op: op, path: path, bearer: bearer, body: body})
	if err != nil {
		return nil, err
	}
	return c.signedIn(ctx, op, rep, v.LoginID, v.On)
}

// signedIn makes the session of a reply that ends a sign-in.
func (c *Client) signedIn(ctx context.Context, op string, rep reply, loginID string, on *Session) (*Session, error) {
	s, err := c.session(ctx, op, rep)
	if err != nil {
		return nil, err
	}
	s.loginID = loginID
	if err := s.onTopOf(op, on); err != nil {
		return nil, err
	}
	return s, nil
}
