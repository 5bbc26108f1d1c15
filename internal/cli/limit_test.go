package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
	"postern/keychain"
)

func newLimiter(t *testing.T, now func() time.Time) limiter {
	t.Helper()
	state := t.TempDir()
	project, err := client.NewProject("P2sandbox000000000000000000a", "")
	if err != nil {
		t.Fatal(err)
	}
	return limiter{&place{
		settings: settings{paths: paths{state: state}}, client: client.New(client.Config{Project: project}),
		keyring: keychain.NewKeyring("postern", keychain.Dirs{State: state}),
	}, false, now}
}

// A countdown to the next message must not jump with the computer's clock: the
// time that it runs to carries the reading of the clock that cannot be set.
func TestFaultO06NextMessageGoesByTheClockThatIsNotSet(t *testing.T) {
	l := newLimiter(t, time.Now)
	next, err := l.Allow(t.Context(), client.Send{Method: client.Email, LoginID: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(next); left <= coolDown-10*time.Second || left > coolDown || !strings.Contains(next.String(), "m=") {
		t.Errorf("got the next one at %v, want it in %v by the clock that is not set", next, coolDown)
	}
}

// A person is called by the phone, not by the name that somebody thought of.
func TestMessagesToOneAddressAreHeldApartWhateverTheLoginID(t *testing.T) {
	signUp := func(m client.Method, loginID, email, phone string) client.Send {
		return client.Send{Method: m, Purpose: client.ToSignUp, LoginID: loginID, User: client.NewUser{Email: email, Phone: phone}}
	}
	const phone = "+15555550100"
	for _, row := range []struct {
		name        string
		first, then client.Send
		free        bool
	}{
		{"two sign-ups with one phone", signUp(client.SMS, "a", "", phone), signUp(client.SMS, "b", "", phone), false},
		{"a link and a code", signUp(client.MagicSMS, "a", "", phone), signUp(client.SMS, "b", "", phone), false},
		{"two sign-ups with one mail address", signUp(client.Email, "a", "ann@example.com", ""), signUp(client.Email, "b", "Ann@Example.com", ""), false},
		{"a phone that is the login ID", signUp(client.SMS, phone, "", ""), signUp(client.SMS, "b", "", phone), false},
		{"a sign-in by that phone", signUp(client.SMS, "a", "", phone), client.Send{Method: client.SMS, LoginID: "+1 (555) 555-0100"}, false},
		{"a sign-in by the login ID", signUp(client.SMS, "a", "", phone), client.Send{Method: client.SMS, LoginID: "A"}, false},
		{"another phone", signUp(client.SMS, "a", "", phone), signUp(client.SMS, "b", "", "+15555550101"), true},
		{"the mail address beside one phone", signUp(client.SMS, "a", "ann@example.com", phone), signUp(client.Email, "b", "ann@example.com", phone), true},
		{"another way to the phone", signUp(client.SMS, "a", "", phone), signUp(client.Voice, "b", "", phone), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLimiter(t, time.Now)
			if _, err := l.Allow(t.Context(), row.first); err != nil {
				t.Fatal(err)
			}
			_, err := l.Allow(t.Context(), row.then)
			if early := errors.As(err, new(flows.Wait)); err != nil && !early || early == row.free {
				t.Errorf("got %v, want it allowed: %v", err, row.free)
			}
			l.Forgive(t.Context(), row.first)
			if _, err := l.Allow(t.Context(), row.then); !row.free && err != nil {
				t.Errorf("after the first was none: got %v, want it allowed", err)
			}
		})
	}
}

func TestFiveSignUpsAnHourReachOnePhone(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := newLimiter(t, func() time.Time { return now })
	sent := 0
	for i := range 7 {
		_, err := l.Allow(t.Context(), client.Send{
			Method: client.SMS, Purpose: client.ToSignUp, LoginID: strings.Repeat("x", i+1), User: client.NewUser{Phone: "+15555550100"},
		})
		if err == nil {
			sent++
		}
		now = now.Add(time.Minute)
	}
	if sent != sendsAnHour {
		t.Errorf("got %d messages of 7 sign-ups, want %d", sent, sendsAnHour)
	}
}
