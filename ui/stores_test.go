package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

// Screens with a time of day look the same everywhere.
func init() { time.Local = time.UTC }

var allStores = []flows.Store{flows.Kernel, flows.Passphrase, flows.KeyFile, flows.None}

func atLocked(t testing.TB, create bool, columns, rows int) model {
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada}), columns, rows)
	return then(t, m, flows.Failed{Err: &flows.PassphraseNeeded{Create: create, Err: errKeyringGone}})
}

func init() {
	screens = append(screens, []screen{
		{"store-all", func(t testing.TB, c, r int) model {
			none := &flows.NoStore{Options: allStores, Where: flows.OverSSH, Err: errKeyringGone}
			return then(t, start(t, flows.Enroll(flows.Plan{}), c, r), flows.Failed{Err: none})
		}},
		{"passphrase", func(t testing.TB, c, r int) model { return then(t, atLocked(t, false, c, r), "horse") }},
		{"passphrase-wrong", func(t testing.TB, c, r int) model {
			return then(t, atLocked(t, false, c, r), "horse\r", flows.Failed{Err: flows.WrongPassphrase})
		}},
		{"passphrase-new", func(t testing.TB, c, r int) model { return then(t, atLocked(t, true, c, r), "horse\r") }},
		{"passphrase-again", func(t testing.TB, c, r int) model { return then(t, atLocked(t, true, c, r), "correct horse\r") }},
		{"damaged", func(t testing.TB, c, r int) model {
			m := start(t, flows.SignIn(flows.Plan{LoginID: ada}), c, r)
			return then(t, m, flows.Failed{Err: &flows.Damaged{Err: errors.New("/home/ada/x.age: the file is damaged")}})
		}},
		{"begun", func(t testing.TB, c, r int) model {
			plan := flows.Plan{Begun: &flows.Begun{LoginID: ada, At: noon}}
			return then(t, start(t, flows.Enroll(plan), c, r), flows.Prepared{})
		}},
		{"unkept-elsewhere", func(t testing.TB, c, r int) model {
			return then(t, atCode(t, c, r), codeAt(noon), flows.SignedIn{Session: signedIn()},
				flows.Failed{Err: flows.NotStored{Options: allStores, Err: &client.Error{Kind: client.StoreFailed, Err: errKeyringGone}}})
		}},
		{"home-changed", func(t testing.TB, c, r int) model {
			left := flows.Surveyed{Store: "keyring", Damaged: true, Begun: &flows.Begun{LoginID: ada, At: noon}}
			return then(t, start(t, flows.Home(flows.Plan{}), c, r), homeOfAda, "5", left)
		}},
	}...)
}

func TestPassphraseIsNeverDrawn(t *testing.T) {
	for _, create := range []bool{false, true} {
		m := then(t, atLocked(t, create, 80, 24), "correct horse")
		if got := m.View().Content; strings.Contains(got, "horse") {
			t.Errorf("create %t: got the passphrase on the screen:\n%s", create, got)
		}
	}
}

func TestEveryStoreSaysHowLongAndWhoReads(t *testing.T) {
	for _, s := range append(allStores, flows.Keyring) {
		name := string(s)
		if storeLasts[name] == "" || storeReaders[name] == "" || StoreWords(name) == name {
			t.Errorf("%s: got %q, %q and %q, want words", name, storeLasts[name], storeReaders[name], StoreWords(name))
		}
	}
}

// What is wrong with a store that was chosen before is told apart, and nothing
// else is suggested as if it would happen by itself.
func TestStoreTroubleSaysWhatToDo(t *testing.T) {
	seen := map[string]string{}
	for _, row := range []struct {
		name  string
		given StoreTrouble
		want  string
	}{
		{"locked", StoreTrouble{Store: "keyring", State: "locked"}, "is locked"},
		{"waiting", StoreTrouble{Store: "keyring", State: "waiting"}, "waits to be unlocked"},
		{"absent", StoreTrouble{Store: "keyring", State: "absent"}, "there is none here"},
		{"absent over SSH", StoreTrouble{Store: "keyring", State: "absent", Where: flows.OverSSH}, "over SSH"},
		{"kernel", StoreTrouble{Store: "kernel", State: "absent"}, "until this machine restarts"},
		{"a damaged key", StoreTrouble{Store: "passphrase", State: "broken"}, "the passphrase opens is damaged"},
		{"broken", StoreTrouble{Store: "kernel", State: "broken"}, "cannot be used"},
	} {
		row.given.Err = errKeyringGone
		x := Explain(&row.given, "postern")
		if !strings.Contains(x.What, row.want) || !strings.Contains(x.Do, "postern store set NAME") {
			t.Errorf("%s: got %q and %q, want %q and what to do", row.name, x.What, x.Do, row.want)
		}
		if before := seen[x.What]; before != "" {
			t.Errorf("%s: got the words of %s", row.name, before)
		}
		seen[x.What] = row.name
	}
}
