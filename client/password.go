package client

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PasswordPolicy is what a project wants of a new password. Its zero value
// wants nothing.
type PasswordPolicy struct {
	MinLength       int  `json:"minLength"` // characters
	Lower           bool `json:"lowercase"`
	Upper           bool `json:"uppercase"`
	Number          bool `json:"number"`
	Symbol          bool `json:"nonAlphanumeric"`
	StrengthEnabled bool `json:"strengthScoreEnabled"` // judged by the server alone
	Strength        int  `json:"strengthScore"`        // the least score that it takes
}

// Rule is one demand of a policy.
type Rule int

// The rules of a policy, in the order in which they are told.
const (
	LongEnough Rule = iota
	HasLower
	HasUpper
	HasNumber
	HasSymbol
)

// Rules are those that the policy has and that can be judged here.
func (p PasswordPolicy) Rules() []Rule { return p.Lacks("") }

// Lacks are the rules that a password does not meet.
func (p PasswordPolicy) Lacks(password Secret) []Rule {
	text := password.Reveal()
	symbol := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	var lacks []Rule
	for _, is := range []struct {
		rule   Rule
		wanted bool
		met    bool
	}{
		{LongEnough, p.MinLength > 0, utf8.RuneCountInString(text) >= p.MinLength},
		{HasLower, p.Lower, strings.ContainsFunc(text, unicode.IsLower)},
		{HasUpper, p.Upper, strings.ContainsFunc(text, unicode.IsUpper)},
		{HasNumber, p.Number, strings.ContainsFunc(text, unicode.IsDigit)},
		{HasSymbol, p.Symbol, strings.ContainsFunc(text, symbol)},
	} {
		if is.wanted && !is.met {
			lacks = append(lacks, is.rule)
		}
	}
	return lacks
}

// PasswordPolicy asks for the project's policy (Descope API:
// /v1/auth/password/policy).
func (c *Client) PasswordPolicy(ctx context.Context) (PasswordPolicy, error) {
	const op = "password policy"
	rep, err := c.do(ctx, request{op: op, method: "GET", path: "/v1/auth/password/policy"})
	if err != nil {
		return PasswordPolicy{}, err
	}
	var p PasswordPolicy
	if err := decodeStrict(rep.body, &p); err != nil {
		return PasswordPolicy{}, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	return p, nil
}

// SignUpPassword signs somebody new up, and in (Descope API:
// /v1/auth/password/signup). What means nothing at a sign-up is left out of
// the options.
func (c *Client) SignUpPassword(ctx context.Context, loginID string, password Secret, user NewUser, o LoginOptions) (*Session, error) {
	const op = "password sign-up"
	if loginID == "" || password.Empty() {
		return nil, nothingToSend(op, "no login ID, or no password")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	body := map[string]any{"loginId": loginID, "password": password.Reveal(), "user": user}
	if w := o.signUpWire(); !w.empty() {
		body["loginOptions"] = w
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/password/signup", body: body})
	if err != nil {
		return nil, err
	}
	return c.signedIn(ctx, op, rep, loginID, nil)
}

// ResetPassword has a mail sent with which the person gets in without the
// password, to set another one then (Descope API: /v1/auth/password/reset). m
// is how the message is answered: Link or MagicLink.
func (c *Client) ResetPassword(ctx context.Context, loginID string) (m Method, sent Sent, err error) {
	const op = "password reset"
	if loginID == "" {
		return "", Sent{}, nothingToSend(op, "no login ID")
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/password/reset", body: map[string]any{"loginId": loginID}})
	if err != nil {
		return "", Sent{}, err
	}
	if sent, err = readSent(op, rep); err != nil {
		return "", Sent{}, err
	}
	if !sent.Ref.Empty() && sent.Number != "" {
		return Link, sent, nil
	}
	return MagicLink, sent, nil
}

// SetPassword gives the person of a session a new password (Descope API:
// /v1/auth/password/update).
func (c *Client) SetPassword(ctx context.Context, on *Session, fresh Secret) error {
	const op = "password update"
	bearer, err := on.stays(op)
	if err != nil {
		return err
	}
	if fresh.Empty() {
		return nothingToSend(op, "no password")
	}
	_, err = c.do(ctx, request{op: op, path: "/v1/auth/password/update", bearer: bearer, body: map[string]any{
		"loginId": on.loginID, "newPassword": fresh.Reveal(),
	}})
	return err
}

// ReplacePassword signs in with the password that was, and sets a new one
// (Descope API: /v1/auth/password/replace).
func (c *Client) ReplacePassword(ctx context.Context, loginID string, old, fresh Secret) (*Session, error) {
	const op = "password replace"
	if loginID == "" || old.Empty() || fresh.Empty() {
		return nil, nothingToSend(op, "no login ID, or no password")
	}
	if err := c.Keys(ctx); err != nil {
		return nil, notSent(op, err)
	}
	rep, err := c.do(ctx, request{op: op, path: "/v1/auth/password/replace", body: map[string]any{
		"loginId": loginID, "oldPassword": old.Reveal(), "newPassword": fresh.Reveal(),
	}})
	if err != nil {
		return nil, err
	}
	return c.signedIn(ctx, op, rep, loginID, nil)
}
