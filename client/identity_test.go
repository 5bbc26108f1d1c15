package client

import (
	"crypto/rsa"
	"errors"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// raised is an account that is signed in, and a session on top of it whose
// claims a test may change.
func raised(t *testing.T, pairs ...any) (*fakeDescope, *Account, *Session) {
	t.Helper()
	d := newDescope(t)
	a := NewAccount(d.local(), "p", newVault(), newCache())
	s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	claims := change(d.claims(sessionKind, 2), append([]any{"su", true}, pairs...)...)
	d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": d.sign(claims)}))
	up, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	up.refresh = s.refresh
	return d, a, up
}

func TestSteppedUpSessionIsKeptApart(t *testing.T) {
	d, a, up := raised(t)
	_, err := a.SteppedUp(t.Context(), 0)
	wantKind(t, err, FactorNeeded)
	if err := a.KeepStepUp(t.Context(), up, false); err != nil {
		t.Fatal(err)
	}
	got, err := a.SteppedUp(t.Context(), time.Minute)
	if err != nil || got.Token() != up.Token() {
		t.Fatalf("got %v, %v, want the stepped-up session", got, err)
	}
	if s, err := a.Session(t.Context(), 0); err != nil || s.Token() == up.Token() {
		t.Errorf("got %v, %v, want the ordinary session", s, err)
	}
	d.clock.Add(61 * time.Second)
	_, err = a.SteppedUp(t.Context(), time.Minute)
	wantKind(t, err, FactorNeeded)
	if _, err := a.SteppedUp(t.Context(), 0); err != nil {
		t.Errorf("however old: %v", err)
	}
	d.clock.Add(time.Hour)
	_, err = a.SteppedUp(t.Context(), 0)
	wantKind(t, err, FactorNeeded)
}

// stuck is a cache in which nothing can be deleted, as when the process is
// killed before that.
type stuck struct{ *memCache }

func (stuck) Delete(string) error { return errors.New("cannot be deleted") }

func TestSteppedUpTokenIsNeverTheOrdinaryOne(t *testing.T) {
	for name, row := range map[string]struct {
		gained bool
		before func(*Account)
	}{
		"a step-up":                     {false, func(*Account) {}},
		"with a factor gained":          {true, func(*Account) {}},
		"where no ordinary one is left": {false, func(a *Account) { _ = a.cache.Delete(a.cacheName()) }},
	} {
		t.Run(name, func(t *testing.T) {
			_, a, up := raised(t)
			row.before(a)
			a.cache = stuck{a.cache.(*memCache)}
			if err := a.KeepStepUp(t.Context(), up, row.gained); err != nil {
				t.Fatal(err)
			}
			st, err := a.Standing(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if st.Session != nil && (st.Session.Token() == up.Token() || st.Session.Claims().StepUp) {
				t.Error("the stepped-up token is given as the ordinary one")
			}
			if row.gained && st.Session != nil {
				t.Error("the ordinary token without the factor is still given")
			}
			if _, err := a.SteppedUp(t.Context(), 0); err != nil {
				t.Errorf("stepped up: %v", err)
			}
		})
	}
}

func TestStepUpThatIsNoneIsNotGiven(t *testing.T) {
	_, a, up := raised(t, "su", nil)
	if err := a.KeepStepUp(t.Context(), up, false); err != nil {
		t.Fatal(err)
	}
	_, err := a.SteppedUp(t.Context(), 0)
	wantKind(t, err, FactorNeeded)
}

func TestFaultS33StepUpOfAnotherUserIsNeitherKeptNorGiven(t *testing.T) {
	_, a, up := raised(t, "sub", "U2mallory")
	wantKind(t, a.KeepStepUp(t.Context(), up, false), Untrusted)
	rec, err := a.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := rec.sealFor(stepUpUse, up.token)
	if err == nil {
		err = a.cache.Save(a.cacheName()+stepUpUse, sealed)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.SteppedUp(t.Context(), 0)
	wantKind(t, err, FactorNeeded)
}

func TestAdoptedSessionIsOfTheTokensUser(t *testing.T) {
	for name, c := range map[string]struct {
		refresh, session []any
		want             Kind
	}{
		"the same":                  {nil, nil, Other},
		"session token as refresh":  {[]any{"drn", sessionKind}, nil, Untrusted},
		"of another project":        {[]any{"iss", "P2other000000000000000000000"}, nil, Untrusted},
		"S33 another user":          {nil, []any{"sub", "U2mallory"}, Untrusted},
		"S33 another user by dsub":  {nil, []any{"dsub", "U2mallory"}, Untrusted},
		"S33 token of another user": {[]any{"sub", "U2mallory"}, nil, Untrusted},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			d.says("/v1/auth/refresh", 200, d.reply(map[string]any{"sessionJwt": d.sign(change(d.claims(sessionKind, 1), c.session...))}))
			d.says("/v1/auth/me", 200, `{"loginIds":["`+loginID+`"],"userId":"`+userID+`"}`)
			refresh := Secret(d.sign(change(d.claims(refreshKind, 1), c.refresh...)))
			s, err := d.local().Adopt(t.Context(), refresh)
			if c.want != Other {
				wantKind(t, err, c.want)
				return
			}
			if err != nil || s.refresh != refresh || s.LoginID() != loginID {
				t.Errorf("got %v, %v, want the session", s, err)
			}
		})
	}
}

func TestFaultK18RecordOfAnotherProjectIsNotSentHere(t *testing.T) {
	d, a, _ := raised(t)
	raw, err := a.vault.Load(t.Context(), a.id)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewProject("P2other000000000000000000000", "")
	if err != nil {
		t.Fatal(err)
	}
	other := NewAccount(New(Config{Project: p, Transport: d, Now: d.clock.Now}), "p", a.vault, a.cache)
	if err := a.vault.Save(t.Context(), other.id, raw); err != nil {
		t.Fatal(err)
	}
	d.forget()
	_, err = other.Session(t.Context(), 0)
	wantKind(t, err, StoreFailed)
	if got := d.requests("/"); len(got) != 0 {
		t.Errorf("sent %+v, want nothing", got)
	}
}

// The library refuses some of these by itself; that is its own affair.
func TestFaultJ19KeysThatAreNeverUsed(t *testing.T) {
	large := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 8192), E: 65537}
	for name, c := range map[string]struct {
		key  any
		alg  jose.SignatureAlgorithm
		good bool
	}{
		"RSA":                {&goodKey().PublicKey, jose.RS256, true},
		"RSA of 8193 bits":   {large, jose.RS256, false},
		"RSA for ES384":      {&goodKey().PublicKey, jose.ES384, false},
		"P-384":              {&curveKey().PublicKey, jose.ES384, true},
		"P-384 for ES256":    {&curveKey().PublicKey, jose.ES256, false},
		"P-384 for RS256":    {&curveKey().PublicKey, jose.RS256, false},
		"P-256 for ES384":    {&shortKey().PublicKey, jose.ES384, false},
		"symmetric":          {[]byte("0123456789abcdef0123456789abcdef"), jose.HS256, false},
		"symmetric as RS256": {[]byte("0123456789abcdef0123456789abcdef"), jose.RS256, false},
	} {
		if got := usable(jose.JSONWebKey{KeyID: "k", Key: c.key, Algorithm: string(c.alg), Use: "sig"}); got != c.good {
			t.Errorf("%s: got %v, want %v", name, got, c.good)
		}
	}
}

// A name that could mean either token means neither.
func TestFaultJ15OneNameForBothTokensMeansNone(t *testing.T) {
	for name, kinds := range map[string][2]string{"refresh": {sessionKind, "X"}, "session": {"X", refreshKind}} {
		d := newDescope(t)
		d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, d.reply(map[string]any{
				"cookieName": "X", "sessionCookieName": "X",
				"sessionJwt": d.sign(change(d.claims(sessionKind, 1), "drn", kinds[0])),
				"refreshJwt": d.sign(change(d.claims(refreshKind, 1), "drn", kinds[1])),
			}))
		})
		if _, err := d.local().VerifyTOTP(t.Context(), loginID, "123456"); err == nil {
			t.Errorf("%s token of that name: accepted", name)
		} else {
			wantKind(t, err, Untrusted)
		}
	}
}
