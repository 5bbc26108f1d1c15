package client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// Enrollment is a TOTP key on its way into an authenticator app.
type Enrollment struct {
	LoginID     string
	Issuer      Text   // what the app will show above the code
	Account     Text   // and beside it
	URI         Secret // rebuilt; empty when the server sent its picture alone
	Key         Secret // Base32, no padding; empty likewise
	Image       Secret // the server's own QR picture, PNG, not decoded; empty when it sent none
	Digits      int    // 6 to 8
	Period      time.Duration
	ClockOffset time.Duration // server's clock minus ours

	algorithm otp.Algorithm
}

// Limits of what a key may ask for. Apps know six to eight digits and steps
// of half a minute or a minute (RFC 6238 §5.2, Key URI format).
const (
	maxProvisioning = 2048    // bytes of a provisioning URL; a QR at level L holds 2953
	maxIssuer       = 128     // bytes
	maxAccount      = 256     // bytes: an address has at most 254 (RFC 5321 §4.5.3.1)
	minKey, maxKey  = 16, 128 // Base32 digits: 80 bits are what apps began with, SHA-512 fills 103
	shortURI        = 134     // bytes: above this the QR no longer fits 80x24 beside its text
	maxImage        = 256 << 10
)

func (c *Client) enrollment(op, loginID string, rep reply) (*Enrollment, error) {
	var w struct {
		ProvisioningURL string `json:"provisioningURL"`
		Image           string `json:"image"`
		Key             string `json:"key"`
	}
	if err := decodeStrict(rep.body, &w); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	e := &Enrollment{LoginID: loginID, ClockOffset: c.ClockOffset(), Digits: 6, Period: 30 * time.Second}
	if png, err := base64.StdEncoding.DecodeString(w.Image); err == nil && len(png) <= maxImage &&
		strings.HasPrefix(string(png), "\x89PNG\r\n\x1a\n") {
		e.Image = Secret(png)
	}
	err := e.read(w.ProvisioningURL, w.Key)
	switch {
	case err == nil:
		e.URI = Secret(e.buildURI())
	case !errors.Is(err, errNoKey):
		return nil, &Error{Op: op, Kind: Untrusted, Err: err}
	case e.Image.Empty():
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	return e, nil
}

var errNoKey = errors.New("no key received")

// read takes what the server sent. A URL that is no otpauth://totp/ one (the
// API description allows a web page) is set aside and the key is used alone.
func (e *Enrollment) read(provisioning, key string) error {
	e.Issuer, e.Account = "Descope", cut(Clean(e.LoginID), maxAccount)
	e.Key = normalKey(key)
	provisioning = strings.TrimSpace(provisioning)
	if strings.HasPrefix(strings.ToLower(provisioning), "otpauth://totp/") {
		if err := e.readURI(provisioning); err != nil {
			return err
		}
	}
	if e.Key.Empty() {
		return errNoKey
	}
	if len(e.Key) > maxKey {
		return fmt.Errorf("the key is longer than %d characters", maxKey)
	}
	if _, err := totp.GenerateCodeCustom(e.Key.Reveal(), time.Unix(0, 0), e.options()); err != nil {
		return errors.New("the key is not Base32")
	}
	if len(e.Key) < minKey {
		return errors.New("the key has less than 80 bits")
	}
	return nil
}

func (e *Enrollment) readURI(provisioning string) error {
	if len(provisioning) > maxProvisioning {
		return fmt.Errorf("provisioning URI longer than %d bytes", maxProvisioning)
	}
	k, err := otp.NewKeyFromURL(provisioning)
	if err != nil {
		return errors.New("provisioning URI cannot be read")
	}
	secret := normalKey(k.Secret())
	if !e.Key.Empty() && secret != e.Key {
		return errors.New("the key and the provisioning URI do not agree")
	}
	e.Key = secret
	u, err := url.Parse(provisioning)
	if err != nil {
		return errors.New("provisioning URI cannot be read")
	}
	q := u.Query()
	if err := e.readParameters(q.Get("digits"), q.Get("period"), q.Get("algorithm")); err != nil {
		return err
	}
	if issuer := Clean(k.Issuer()); issuer != "" {
		e.Issuer = issuer
	}
	if account := Clean(k.AccountName()); account != "" {
		e.Account = account
	}
	if len(e.Issuer) > maxIssuer || len(e.Account) > maxAccount {
		return errors.New("label longer than any app shows")
	}
	return nil
}

// cut keeps at most n bytes, and no half character.
func cut(t Text, n int) Text {
	if len(t) <= n {
		return t
	}
	return Clean(strings.ToValidUTF8(string(t[:n]), ""))
}

func (e *Enrollment) readParameters(digits, period, algorithm string) error {
	switch digits {
	case "", "6":
	case "7":
		e.Digits = 7
	case "8":
		e.Digits = 8
	default:
		return fmt.Errorf("codes of %q digits, want 6 to 8", Clean(digits))
	}
	switch period {
	case "", "30":
	case "60":
		e.Period = time.Minute
	default:
		return fmt.Errorf("a step of %q seconds, want 30 or 60", Clean(period))
	}
	switch strings.ToUpper(algorithm) {
	case "", "SHA1":
	case "SHA256":
		e.algorithm = otp.AlgorithmSHA256
	case "SHA512":
		e.algorithm = otp.AlgorithmSHA512
	default:
		return fmt.Errorf("algorithm %q, want SHA1, SHA256 or SHA512", Clean(algorithm))
	}
	return nil
}

// buildURI writes the URI anew, without what equals the defaults of the Key
// URI format, so that the QR is small and holds nothing that we did not read.
func (e *Enrollment) buildURI() string {
	account, issuer := escape(string(e.Account)), escape(string(e.Issuer))
	tail := "?secret=" + e.Key.Reveal() + "&issuer=" + issuer
	if e.algorithm != otp.AlgorithmSHA1 {
		tail += "&algorithm=" + e.algorithm.String()
	}
	if e.Digits != 6 {
		tail += fmt.Sprintf("&digits=%d", e.Digits)
	}
	if e.Period != 30*time.Second {
		tail += fmt.Sprintf("&period=%d", int(e.Period.Seconds()))
	}
	uri := "otpauth://totp/" + issuer + ":" + account + tail
	if len(uri) > shortURI {
		uri = "otpauth://totp/" + account + tail
	}
	return uri
}

// escape writes spaces as %20, because apps do not agree on the plus sign, and
// leaves the @ of an address alone (RFC 3986 §3.3 allows it, and it is shorter).
func escape(s string) string {
	return strings.NewReplacer("+", "%20", "%40", "@").Replace(url.QueryEscape(s))
}

func normalKey(s string) Secret {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	return Secret(strings.TrimRight(s, "="))
}

func (e *Enrollment) options() totp.ValidateOpts {
	return totp.ValidateOpts{
		Period: uint(e.Period.Seconds()), Digits: otp.Digits(e.Digits), Algorithm: e.algorithm,
	}
}

// Advice is what the key that we hold says about a typed code. It is advice:
// the server decides.
type Advice struct {
	Fits     bool          // right now, by this computer's clock or by the server's
	Found    bool          // it is a code of some minutes ago or ahead
	Phone    time.Duration // when Found: the phone's clock minus the server's
	Computer time.Duration // this computer's clock minus the server's
}

const adviceReach = 10 * time.Minute // a clock further off is set by hand, and its owner knows

// Check compares a code with the key. at is the local time of typing. Without
// a key every code fits.
func (e *Enrollment) Check(code string, at time.Time) Advice {
	a := Advice{Computer: -e.ClockOffset}
	if e.Key.Empty() {
		a.Fits = true // nothing is known here: the server says
		return a
	}
	server := at.Add(e.ClockOffset)
	for _, now := range []time.Time{at, server} {
		for _, step := range []time.Duration{0, -e.Period, e.Period} {
			a.Fits = a.Fits || e.is(code, now.Add(step))
		}
	}
	for d := time.Duration(0); d <= adviceReach && !a.Found; d += e.Period {
		switch {
		case e.is(code, server.Add(-d)):
			a.Found, a.Phone = true, -d
		case e.is(code, server.Add(d)):
			a.Found, a.Phone = true, d
		}
	}
	return a
}

func (e *Enrollment) is(code string, at time.Time) bool {
	want, err := totp.GenerateCodeCustom(e.Key.Reveal(), at, e.options())
	return err == nil && want == code
}
