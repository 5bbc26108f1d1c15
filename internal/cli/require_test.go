package cli

import (
	"testing"

	"postern/client"
	"postern/internal/sandbox"
	"postern/keychain"
)

// There is one place where sessions are stored, and it asks for what the
// profile requires, whatever a flow has asked before.
func TestKeeperStoresNoSessionWithTooFewFactors(t *testing.T) {
	const loginID, password = "ann@example.com", "correct-Horse-7-battery"
	box, err := sandbox.Open(sandbox.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	project, err := client.NewProject(box.ProjectID(), sandboxBase)
	if err != nil {
		t.Fatal(err)
	}
	p := &place{
		settings: settings{
			paths: paths{state: t.TempDir()}, profile: setting{"work", "test"}, store: setting{storeNone, "test"},
			state: stateFile{Stores: map[string]string{}, KeyFiles: map[string]string{}}, RequireMFA: true,
		},
		client: client.New(client.Config{Project: project, Transport: box}), memory: keychain.NewMemory(),
	}
	first, err := p.client.SignUpPassword(t.Context(), loginID, password, client.NewUser{}, client.LoginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	raised, err := p.client.Verify(t.Context(), client.Verify{
		Method: client.Password, LoginID: loginID, Code: password, Options: client.LoginOptions{StepUp: true}, On: first,
	})
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper(p)
	for name, s := range map[string]*client.Session{"a new session": first, "one on top of a session that is not stored": raised} {
		if _, err := k.Keep(t.Context(), s); client.KindOf(err) != client.FactorNeeded || exitOf(err) != exitFactor {
			t.Errorf("%s: got %v with exit %d, want that a factor is needed", name, err, exitOf(err))
		}
	}
	if _, err := k.account.Standing(t.Context()); client.KindOf(err) != client.NotSignedIn {
		t.Errorf("got %v, want nothing stored", err)
	}

	p.RequireMFA = false
	if _, err := k.Keep(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	p.RequireMFA = true // from now on: what raises the session that is there keeps it from being lost
	if _, err := k.Keep(t.Context(), raised); err != nil {
		t.Errorf("on top of the session that is stored: got %v, want it stored", err)
	}
}
