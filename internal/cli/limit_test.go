package cli

import (
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/keychain"
)

// A countdown to the next message must not jump with the computer's clock: the
// time that it runs to carries the reading of the clock that cannot be set.
func TestFaultO06NextMessageGoesByTheClockThatIsNotSet(t *testing.T) {
	state := t.TempDir()
	project, err := client.NewProject("P2sandbox000000000000000000a", "")
	if err != nil {
		t.Fatal(err)
	}
	l := limiter{&place{
		settings: settings{paths: paths{state: state}}, client: client.New(client.Config{Project: project}),
		keyring: keychain.NewKeyring("postern", keychain.Dirs{State: state}),
	}, false, time.Now}
	next, err := l.Allow(t.Context(), client.Send{Method: client.Email, LoginID: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(next); left <= coolDown-10*time.Second || left > coolDown || !strings.Contains(next.String(), "m=") {
		t.Errorf("got the next one at %v, want it in %v by the clock that is not set", next, coolDown)
	}
}
