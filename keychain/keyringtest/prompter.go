//go:build linux

package keyringtest

import (
	"github.com/godbus/dbus/v5"
)

// Prompter takes the place of the dialog that gnome-keyring opens: it accepts
// each prompt and shows nothing, so that the keyring waits for a person.
type Prompter struct {
	// Opened gets the sender of each prompt that was opened.
	Opened <-chan string

	conn *dbus.Conn
	d    *Daemon
}

// prompts is the object that gnome-keyring calls, see gcr's
// org.gnome.keyring.internal.Prompter.xml.
type prompts struct{ opened chan request }

type request struct {
	sender string
	path   dbus.ObjectPath
}

const prompterIface = "org.gnome.keyring.internal.Prompter"

// BeginPrompting accepts a prompt. The caller waits for the callback.
func (p prompts) BeginPrompting(sender dbus.Sender, callback dbus.ObjectPath) *dbus.Error {
	p.opened <- request{string(sender), callback}
	return nil
}

// PerformPrompt accepts a question and never answers it.
func (p prompts) PerformPrompt(dbus.ObjectPath, string, map[string]dbus.Variant, string) *dbus.Error {
	return nil
}

// StopPrompting accepts that the keyring has lost patience.
func (p prompts) StopPrompting(dbus.ObjectPath) *dbus.Error { return nil }

// HoldPrompts makes this test the prompter of the keyring, and answer what becomes
// of every prompt.
func (d *Daemon) HoldPrompts(answer Answer) *Prompter {
	d.t.Helper()
	p := &Prompter{conn: d.Conn(), d: d}
	d.t.Cleanup(func() { _ = p.conn.Close() })
	requests := make(chan request, 16)
	opened := make(chan string, 16)
	p.Opened = opened
	d.must(p.conn.Export(prompts{requests}, "/org/gnome/keyring/Prompter", prompterIface))
	_, err := p.conn.RequestName("org.gnome.keyring.SystemPrompter", dbus.NameFlagDoNotQueue)
	d.must(err)
	go func() {
		for {
			select {
			case r := <-requests:
				asker := p.conn.Object(r.sender, r.path)
				if answer == Dismiss {
					asker.Go(prompterIface+".Callback.PromptDone", dbus.FlagNoReplyExpected, nil)
				} else {
					asker.Go(prompterIface+".Callback.PromptReady", dbus.FlagNoReplyExpected, nil,
						"", map[string]dbus.Variant{}, "")
				}
				opened <- r.sender
			case <-p.conn.Context().Done():
				return
			}
		}
	}()
	return p
}

// Answer is what the person does with a prompt.
type Answer int

// The two people there are.
const (
	Ignore  Answer = iota // leaves it open for ever
	Dismiss               // closes it
)
