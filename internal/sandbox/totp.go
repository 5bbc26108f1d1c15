package sandbox

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"rsc.io/qr"
)

const (
	issuerLabel = "Postern sandbox" // no real account is mistaken for one of these
	stepLength  = 30                // seconds of one code (RFC 6238 §4.1)
	window      = 1                 // steps either side: sandbox behaviour, as RFC 6238 §5.2 advises
)

// authenticator is one TOTP key.
type authenticator struct {
	Secret   string // Base32
	LastStep uint64 // the newest step that a code was accepted for
}

// accepts says whether code is one of a's around now, and remembers its step:
// neither it nor an older one is accepted again (RFC 6238 §5.2). Sandbox
// behaviour: this is counted for each key, not for each user.
func (a *authenticator) accepts(code string, now time.Time) bool {
	if a == nil {
		return false
	}
	middle := uint64(now.Unix()) / stepLength // #nosec G115 -- a clock before 1970 has no codes
	for step := middle - window; step <= middle+window; step++ {
		want, err := a.code(step)
		if err == nil && step > a.LastStep && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			a.LastStep = step
			return true
		}
	}
	return false
}

// code is the code of one step.
func (a *authenticator) code(step uint64) (string, error) {
	return hotp.GenerateCodeCustom(a.Secret, step, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// trio is the reply to a TOTP sign-up and update.
type trio struct {
	ProvisioningURL string `json:"provisioningURL"`
	Image           string `json:"image"` // a PNG in Base64, with no "data:" before it
	Key             string `json:"key"`   // Base32
}

// newAuthenticator makes a key, and the rest of the answer that shows it.
func newAuthenticator(loginID string) (*authenticator, finish, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuerLabel, AccountName: loginID})
	if err != nil {
		return nil, nil, fmt.Errorf("make authenticator key: %w", err)
	}
	show := func() (any, error) {
		picture, err := qr.Encode(key.URL(), qr.M)
		if err != nil {
			return nil, fmt.Errorf("draw QR code: %w", err)
		}
		return trio{key.URL(), base64.StdEncoding.EncodeToString(picture.PNG()), key.Secret()}, nil
	}
	return &authenticator{Secret: key.Secret()}, show, nil
}

// signUpTOTP answers POST /v1/auth/totp/signup. The user is registered by the
// first good code, not here.
func signUpTOTP(c *call) (any, error) {
	var in struct {
		LoginID string  `json:"loginId"`
		User    profile `json:"user"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := checkLoginID(in.LoginID); err != nil {
		return nil, err
	}
	p, err := c.newcomer(in.LoginID, in.User)
	if err != nil {
		return nil, err
	}
	key, show, err := newAuthenticator(in.LoginID)
	if err != nil {
		return nil, err
	}
	p.PendingTOTP = key
	return show, c.save(p)
}

// updateTOTP answers POST /v1/auth/totp/update. The old key stays good until
// the new one is verified (sandbox behaviour).
func updateTOTP(c *call) (any, error) {
	_, p, loginID, err := c.ownLogin()
	if err != nil {
		return nil, err
	}
	key, show, err := newAuthenticator(loginID)
	if err != nil {
		return nil, err
	}
	p.PendingTOTP = key
	if c.varies(oldKeyOff) {
		p.TOTP = nil
	}
	return show, c.save(p)
}

// verifyTOTP answers POST /v1/auth/totp/verify, which signs in, finishes a
// sign-up and finishes an update.
func verifyTOTP(c *call) (any, error) {
	in, err := c.readCode()
	if err != nil {
		return nil, err
	}
	p, found, err := c.personByLogin(in.LoginID)
	if err != nil {
		return nil, err
	}
	if !found || !p.Finished && p.PendingTOTP == nil {
		return nil, refuse(codeNoUser, "The user was not found", "")
	}
	on, err := c.mayEnter(&in.Options, p) // before the code, which is spent by looking at it
	if err != nil {
		return nil, err
	}
	if err := c.checkTOTP(&p, in.Code); err != nil {
		return nil, err
	}
	return c.admit(&p, on, "totp", &in.Options)
}

// checkTOTP checks a code against the user's keys and keeps count.
func (c *call) checkTOTP(p *person, code string) error {
	return c.attempt(p, wrongCode(), func() bool {
		if c.varies(codeReplay) {
			p.forgetSteps()
		}
		if p.PendingTOTP.accepts(code, c.now) {
			p.TOTP, p.PendingTOTP = p.PendingTOTP, nil
			return true
		}
		return p.TOTP.accepts(code, c.now)
	})
}
