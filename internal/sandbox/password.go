package sandbox

import (
	"strings"
	"unicode"
)

// passwords adds the calls that have to do with a password.
func (t routeTable) passwords() {
	t.post("/v1/auth/password/signup", visitor, signUpPassword)
	t.post("/v1/auth/password/signin", visitor, signInPassword)
	t.post("/v1/auth/password/reset", visitor, sender((*call).sendReset).signIn(byEmail))
	t.post("/v1/auth/password/update", holder, updatePassword)
	t.post("/v1/auth/password/replace", visitor, replacePassword)
	t.get("/v1/auth/password/policy", visitor, showPolicy)
}

const passwordFactor = "pwd"

// passwordRequest is the body of sign-up and sign-in.
type passwordRequest struct {
	LoginID  string       `json:"loginId"`
	Password string       `json:"password"`
	User     profile      `json:"user"`
	Options  loginOptions `json:"loginOptions"`
}

func (c *call) readPassword() (passwordRequest, error) {
	var in passwordRequest
	if err := c.decode(&in); err != nil {
		return in, err
	}
	if in.Password == "" {
		return in, missing("password")
	}
	return in, checkLoginID(in.LoginID)
}

// signUpPassword answers POST /v1/auth/password/signup, which registers and
// signs in at once.
func signUpPassword(c *call) (any, error) {
	in, err := c.readPassword()
	if err != nil {
		return nil, err
	}
	p, err := c.newcomer(in.LoginID, in.User)
	if err != nil {
		return nil, err
	}
	in.Options.MFA, in.Options.StepUp = false, false // a newcomer has no session to raise
	if _, err := c.mayEnter(&in.Options, p); err != nil {
		return nil, err
	}
	if err := p.setPassword(in.Password); err != nil {
		return nil, err
	}
	return c.admit(&p, nil, passwordFactor, &in.Options)
}

// signInPassword answers POST /v1/auth/password/signin. Whoever does not know
// the password learns nothing about the account, so that is checked first.
func signInPassword(c *call) (any, error) {
	in, err := c.readPassword()
	if err != nil {
		return nil, err
	}
	p, err := c.knower(in.LoginID, in.Password)
	if err != nil {
		return nil, err
	}
	on, err := c.mayEnter(&in.Options, p)
	if err != nil {
		return nil, err
	}
	return c.admit(&p, on, passwordFactor, &in.Options)
}

// sendReset is the sender of POST /v1/auth/password/reset: a magic link, whose
// session then sets the new password. Sandbox behaviour: resetMethod says
// "magiclink", and there is nothing to poll for.
func (c *call) sendReset(ch channel, p person, loginID string, sent delivered) (any, error) {
	if _, err := c.sendMagicLink(ch, p, loginID, sent); err != nil {
		return nil, err
	}
	return struct {
		ResetMethod string `json:"resetMethod"`
		PendingRef  string `json:"pendingRef"`
		LinkID      string `json:"linkId"`
		MaskedEmail string `json:"maskedEmail"`
	}{"magiclink", "", "", ch.mask(sent.To).MaskedEmail}, nil
}

// updatePassword answers POST /v1/auth/password/update: the signed-in user
// sets a password, the first one too. Sandbox behaviour: no session ends.
func updatePassword(c *call) (any, error) {
	var in struct {
		New string `json:"newPassword"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.New == "" {
		return nil, missing("newPassword")
	}
	_, p, _, err := c.ownLogin()
	if err != nil {
		return nil, err
	}
	if err := p.setPassword(in.New); err != nil {
		return nil, err
	}
	return struct{}{}, c.save(p)
}

// replacePassword answers POST /v1/auth/password/replace: the old password
// stands in for a session.
func replacePassword(c *call) (any, error) {
	var in struct {
		LoginID string `json:"loginId"`
		Old     string `json:"oldPassword"`
		New     string `json:"newPassword"`
		Revoke  bool   `json:"revokeOtherSessions"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := checkLoginID(in.LoginID); err != nil {
		return nil, err
	}
	if in.Old == "" {
		return nil, missing("oldPassword")
	}
	if in.New == "" {
		return nil, missing("newPassword")
	}
	p, err := c.knower(in.LoginID, in.Old)
	if err != nil {
		return nil, err
	}
	options := loginOptions{RevokeOtherSessions: in.Revoke}
	if _, err := c.mayEnter(&options, p); err != nil {
		return nil, err
	}
	if err := p.setPassword(in.New); err != nil {
		return nil, err
	}
	return c.admit(&p, nil, passwordFactor, &options)
}

// knower returns the user whose password this is. A wrong password and an
// unknown user are answered alike; the pause after too many wrong ones is the
// only thing that tells an account (sandbox behaviour).
func (c *call) knower(loginID, password string) (person, error) {
	p, found, err := c.personByLogin(loginID)
	if err != nil {
		return p, err
	}
	known, err := p.Password.find(password)
	if err != nil {
		return p, err
	}
	wrong := refuse(codePassword, "The login id or the password is wrong", "")
	if !found || !p.Finished {
		return p, wrong
	}
	err = c.attempt(&p, wrong, func() bool { return known >= 0 })
	return p, err
}

// passwordRule is one line of the password policy.
type passwordRule struct {
	want string // completes "The password needs"
	met  func(string) bool
}

const minPassword = 8 // characters

// passwordRules are sandbox behaviour, as a project's policy is its own.
var passwordRules = []passwordRule{
	{"at least 8 characters", func(s string) bool { return len([]rune(s)) >= minPassword }},
	{"a lower case letter", has(unicode.IsLower)},
	{"an upper case letter", has(unicode.IsUpper)},
	{"a digit", has(unicode.IsDigit)},
	{"a character that is neither letter nor digit", has(func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})},
}

func has(kind func(rune) bool) func(string) bool {
	return func(s string) bool { return strings.ContainsFunc(s, kind) }
}

// showPolicy answers GET /v1/auth/password/policy with what passwordRules say.
func showPolicy(*call) (any, error) {
	return struct {
		MinLength            int  `json:"minLength"`
		Lowercase            bool `json:"lowercase"`
		Uppercase            bool `json:"uppercase"`
		Number               bool `json:"number"`
		NonAlphanumeric      bool `json:"nonAlphanumeric"`
		StrengthScoreEnabled bool `json:"strengthScoreEnabled"`
		StrengthScore        int  `json:"strengthScore"`
	}{MinLength: minPassword, Lowercase: true, Uppercase: true, Number: true, NonAlphanumeric: true}, nil
}

// setPassword gives the user a password, if the policy allows it.
func (p *person) setPassword(password string) error {
	for _, rule := range passwordRules {
		if !rule.met(password) {
			return refuse(codeInvalid, "The password needs "+rule.want, "")
		}
	}
	h, err := hash(password)
	if err != nil {
		return err
	}
	p.Password = h
	return nil
}
