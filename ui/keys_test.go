package ui

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// every is each key of a map by its name.
func (k keyMap) every() map[string]key.Binding {
	all := map[string]key.Binding{}
	for v := reflect.ValueOf(k); len(all) < v.NumField(); {
		i := len(all)
		all[v.Type().Field(i).Name] = v.Field(i).Interface().(key.Binding)
	}
	return all
}

// strokes are the keys of a keyboard that are no digits, by their names.
func strokes() map[string]tea.KeyPressMsg {
	all := map[string]tea.KeyPressMsg{}
	for _, k := range []tea.KeyPressMsg{
		{Code: tea.KeyEnter}, {Code: tea.KeyEscape}, {Code: tea.KeyUp}, {Code: tea.KeyDown}, {Code: tea.KeyLeft}, {Code: tea.KeyRight},
		{Code: tea.KeyTab}, {Code: tea.KeyTab, Mod: tea.ModShift}, {Code: tea.KeyHome}, {Code: tea.KeyF1}, {Code: tea.KeyPgDown}, {Code: tea.KeySpace, Text: " "},
		{Code: '?', Text: "?"}, {Code: '/', Text: "/"},
	} {
		all[k.String()] = k
	}
	for r := 'a'; r <= 'z'; r++ {
		for _, k := range []tea.KeyPressMsg{{Code: r, Text: string(r)}, {Code: r, Mod: tea.ModCtrl}} {
			all[k.String()] = k
		}
	}
	return all
}

// effect is what a key may change, beside the text of a field.
func effect(m model, cmd tea.Cmd) string {
	s := m.flow.Screen()
	task, open := m.flow.Task()
	_, over := m.flow.Outcome()
	return fmt.Sprint(s.Step, s.LoginID, s.Notice, task.ID, open, over, m.page, m.top, m.ink, m.form, m.pick, m.aside, m.read, m.details, m.interrupted, m.closing, cmd != nil)
}

// TestKeysThatWorkAreThoseListed presses every key on every screen: each that
// is listed does something, and each that does something is listed.
func TestKeysThatWorkAreThoseListed(t *testing.T) {
	t.Parallel()
	for _, sc := range append(screens, screen{"resend", func(t testing.TB, c, r int) model { return after(atLink(t, c, r), time.Minute) }},
		screen{"details", func(t testing.TB, c, r int) model {
			refused := &client.Error{Op: "totp verify", Kind: client.Refused, Status: 400}
			return then(t, atCode(t, c, r), wrongCode, flows.Failed{Err: refused})
		}}) {
		for _, size := range [][2]int{{80, 24}, {60, 20}, {200, 60}} {
			for _, phone := range []Phone{nil, showing()} {
				m := sc.at(t, size[0], size[1])
				m.term.Phone = phone
				if m.page > keyPage || m.curtain != open { // any key goes back
					continue
				}
				if m.flow.Screen().Ask.Code() {
					m = then(t, m, " ") // so that Enter is meant
				}
				m.sent, m.effort = time.Time{}, idle
				listedKeysWork(t, fmt.Sprintf("%s at %v, phone %t", sc.name, size, phone != nil), m)
			}
		}
	}
}

func listedKeysWork(t *testing.T, where string, m model) {
	t.Helper()
	on := m.on(m.flow.Screen())
	before := effect(m, nil)
	for name, k := range strokes() {
		if name == "ctrl+z" { // without a shell it says so
			continue
		}
		next, cmd := m.press(k)
		works := effect(next, cmd) != before
		var named string
		for field, b := range on.every() {
			if key.Matches(k, b) {
				named = field
			}
		}
		if listed := named != ""; listed != works {
			t.Errorf("%s: %s is %q; does something: %t", where, name, named, works)
		}
	}
}

func TestSendAgainIsListedOnceItWorks(t *testing.T) {
	t.Parallel()
	has := func(m model) bool { b := m.on(m.flow.Screen()).Resend; return b.Enabled() }
	for name, m := range map[string]model{"link": atLink(t, 80, 24), "magic": atMagic(t, 80, 24)} {
		if has(m) || !has(after(m, time.Minute)) {
			t.Errorf("%s: got it listed %t at once and %t later, want it later", name, has(m), has(after(m, time.Minute)))
		}
		wantText(t, m, "another one in 23 s")
	}
}

func TestKeysOfThePictureAreListedBesideOne(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		m                 model
		invert, form, key bool
	}{
		"a picture":                  {atScan(t, 80, 24), true, false, true},
		"room for two forms":         {atScan(t, 200, 60), true, true, true},
		"the key alone":              {then(t, atScan(t, 80, 24), "k"), false, false, true},
		"no room for one":            {atScan(t, 40, 12), false, false, false},
		"news in the picture's room": {then(t, atScan(t, 46, 23), wrongCode), false, false, true},
	} {
		on := row.m.on(row.m.flow.Screen())
		if on.Invert.Enabled() != row.invert || on.Form.Enabled() != row.form || on.Key.Enabled() != row.key {
			t.Errorf("%s: got i %t, f %t, k %t, want %t, %t, %t", name,
				on.Invert.Enabled(), on.Form.Enabled(), on.Key.Enabled(), row.invert, row.form, row.key)
		}
	}
}
