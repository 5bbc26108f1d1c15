package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"postern/flows"
)

// keyMap has every key of the full screen, with its help.
type keyMap struct {
	Enter, Back, Cancel, Interrupt, Suspend, Help key.Binding
	Up, Down                                      key.Binding
	Form, Invert, Key, Link, Copy, Save, Phone    key.Binding
	Resend, Method, Lost, Details                 key.Binding
	Digits                                        key.Binding // typed: for the page of help alone
}

var keys = keyMap{
	Enter:     key.NewBinding(key.WithKeys("enter"), help("enter")),
	Back:      key.NewBinding(key.WithKeys("esc"), help("esc")),
	Cancel:    key.NewBinding(key.WithKeys("ctrl+d"), help("ctrl-d")),
	Interrupt: key.NewBinding(key.WithKeys("ctrl+c"), help("ctrl-c")),
	Suspend:   key.NewBinding(key.WithKeys("ctrl+z"), help("ctrl-z")),
	Digits:    key.NewBinding(key.WithKeys("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), help("0-9")),
	Help:      key.NewBinding(key.WithKeys("?"), help("?")),
	Up:        key.NewBinding(key.WithKeys("up", "k", "shift+tab")),
	Down:      key.NewBinding(key.WithKeys("down", "j", "tab"), help("↑↓")),
	Form:      key.NewBinding(key.WithKeys("f"), help("f")),
	Invert:    key.NewBinding(key.WithKeys("i"), help("i")),
	Key:       key.NewBinding(key.WithKeys("k"), help("k")),
	Link:      key.NewBinding(key.WithKeys("u"), help("u")),
	Copy:      key.NewBinding(key.WithKeys("c"), help("c")),
	Save:      key.NewBinding(key.WithKeys("s"), help("s")),
	Resend:    key.NewBinding(key.WithKeys("r", "ctrl+r"), help("r")),
	Method:    key.NewBinding(key.WithKeys("m", "ctrl+o"), help("m")),
	Lost:      key.NewBinding(key.WithKeys("l"), help("l")),
	Details:   key.NewBinding(key.WithKeys("d", "ctrl+e"), help("d")),
	Phone:     key.NewBinding(key.WithKeys("p", "ctrl+p"), help("p")),
}

// help gives a key its name and its word.
func help(name string) key.BindingOpt { return key.WithHelp(name, keyWords[name]) }

// inText are the keys of a field that takes letters: they are not typed there.
var inText = map[string]string{"r": "ctrl-r", "m": "ctrl-o", "p": "ctrl-p", "d": "ctrl-e"}

// on are the keys that do something on a screen as it is now, with their help
// there. A key that would do nothing is off: it is neither taken nor listed.
func (m model) on(s flows.Screen) keyMap {
	k := keys
	asks, waits, chooses := s.Ask != nil, s.Step == flows.StepLink, len(s.Choices) > 0
	_, scans := s.Show.(flows.Scan)
	scans = scans && asks
	read := s.Ask.Code() && s.Notice != nil && digitCount(m.input.Value()) == 0 // Enter would clear it
	for _, b := range []struct {
		key *key.Binding
		on  bool
	}{
		{&k.Enter, asks && !read || chooses}, {&k.Up, len(s.Choices) > 1}, {&k.Down, len(s.Choices) > 1},
		{&k.Back, s.Can.Back || s.Can.Cancel}, {&k.Cancel, s.Can.Cancel}, {&k.Suspend, m.shell},
		{&k.Resend, s.Can.Resend && !m.now.Before(resendAt(s))}, {&k.Method, s.Can.Method}, {&k.Lost, s.Can.Lost}, {&k.Details, detailed(s) != nil},
		{&k.Phone, m.term.Phone != nil && (waits || asks && (s.Ask.Code() || s.Step == flows.StepMagic))},
		{&k.Key, false}, {&k.Link, scans}, {&k.Copy, scans}, {&k.Save, scans}, {&k.Help, scans},
	} {
		b.key.SetEnabled(b.on)
	}
	k.name(s)
	m.pictureKeys(&k, s)
	if asks && !s.Ask.Code() {
		for _, b := range []*key.Binding{&k.Resend, &k.Method, &k.Phone, &k.Details} {
			held := inText[b.Help().Key]
			b.SetKeys(strings.Replace(held, "-", "+", 1))
			b.SetHelp(held, b.Help().Desc)
		}
	}
	return k
}

// pictureKeys turns on those of the picture: where it is drawn, or would be.
func (m model) pictureKeys(k *keyMap, s flows.Screen) {
	drawn, other, back := false, false, false
	uri, on := m.pictured(s)
	if on && s.Ask != nil {
		if m.page > keyPage { // what is under the page
			m.page = pictureFirst
		}
		drawn = m.layout(s, uri, m.form).form != qrNone
		other = drawn && m.nextForm(uri) != qrNone
		m.page, m.aside, m.read = pictureFirst, "", true
		back = !drawn && m.layout(s, uri, m.form).form != qrNone
	}
	k.Form.SetEnabled(other)
	k.Invert.SetEnabled(drawn)
	switch s.Show.(type) {
	case flows.Scan:
		k.Key.SetEnabled(drawn || back)
		if back {
			k.Key.SetHelp(k.Key.Help().Key, "picture")
		}
	case flows.Samples:
		m.sampleKeys(&k.Enter, drawn, uri)
	}
}

// name gives keys the word for what they do on a screen.
func (k *keyMap) name(s flows.Screen) {
	say := func(b *key.Binding, what string) { b.SetHelp(b.Help().Key, what) }
	switch {
	case len(s.Choices) > 0:
		say(&k.Enter, "choose")
	case s.Ask != nil && !s.Ask.Code():
		say(&k.Enter, goOnKey)
	}
	switch {
	case s.Step == flows.StepHome:
		say(&k.Back, "leave")
	case !s.Can.Back:
		say(&k.Back, "stop")
	}
	switch s.Step {
	case flows.StepDelivered:
		say(&k.Phone, sandboxInboxKey)
	case flows.StepLink:
		say(&k.Phone, sandboxPressKey)
	case flows.StepMagic:
		say(&k.Phone, sandboxLinkKey)
	}
}

// commands are the keys of a question beside those that answer it.
func (k keyMap) commands() []key.Binding {
	return []key.Binding{k.Phone, k.Form, k.Invert, k.Key, k.Link, k.Copy, k.Save, k.Help, k.Resend, k.Method, k.Lost}
}

// short is the line below a screen.
func (k keyMap) short() []key.Binding {
	return enabled(k.Phone, k.Form, k.Invert, k.Key, k.Link, k.Copy, k.Save, k.Help, k.Down, k.Enter,
		k.Resend, k.Method, k.Lost, k.Details, k.Back, k.Interrupt)
}

// long is the page of help.
func (k keyMap) long() []key.Binding {
	return enabled(k.Phone, k.Digits, k.Enter, k.Key, k.Link, k.Copy, k.Save, k.Form, k.Invert,
		k.Method, k.Details, k.Back, k.Cancel, k.Suspend, k.Interrupt)
}

func enabled(all ...key.Binding) []key.Binding {
	return slices.DeleteFunc(all, func(b key.Binding) bool { return !b.Enabled() })
}
