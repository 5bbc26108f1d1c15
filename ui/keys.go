package ui

import (
	"charm.land/bubbles/v2/key"

	"postern/client"
	"postern/flows"
)

// keyMap has every key of the full screen, with its help.
type keyMap struct {
	Enter, Back, Cancel, Interrupt, Suspend, Help key.Binding
	Up, Down                                      key.Binding
	Form, Invert, Key, Link, Copy, Save, Phone    key.Binding
	Resend, Method, Lost, Details                 key.Binding
}

var keys = keyMap{
	Enter:     key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "send")),
	Back:      key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "back")),
	Cancel:    key.NewBinding(key.WithKeys("ctrl+d"), key.WithHelp("ctrl-d", "stop")),
	Interrupt: key.NewBinding(key.WithKeys("ctrl+c"), key.WithHelp("ctrl-c", "quit")),
	Suspend:   key.NewBinding(key.WithKeys("ctrl+z")),
	Help:      key.NewBinding(key.WithKeys("?"), key.WithHelp("?", "help")),
	Up:        key.NewBinding(key.WithKeys("up", "k", "shift+tab")),
	Down:      key.NewBinding(key.WithKeys("down", "j", "tab"), key.WithHelp("↑↓", "move")),
	Form:      key.NewBinding(key.WithKeys("f"), key.WithHelp("f", "other form")),
	Invert:    key.NewBinding(key.WithKeys("i"), key.WithHelp("i", "invert")),
	Key:       key.NewBinding(key.WithKeys("k"), key.WithHelp("k", "key")),
	Link:      key.NewBinding(key.WithKeys("u"), key.WithHelp("u", "link")),
	Copy:      key.NewBinding(key.WithKeys("c"), key.WithHelp("c", "copy key")),
	Save:      key.NewBinding(key.WithKeys("s"), key.WithHelp("s", "save picture")),
	Resend:    key.NewBinding(key.WithKeys("r", "ctrl+r"), key.WithHelp("r", "send again")),
	Method:    key.NewBinding(key.WithKeys("m", "ctrl+o"), key.WithHelp("m", "other method")),
	Lost:      key.NewBinding(key.WithKeys("l"), key.WithHelp("l", "lost phone")),
	Details:   key.NewBinding(key.WithKeys("d", "ctrl+e"), key.WithHelp("d", "details")),
	Phone:     key.NewBinding(key.WithKeys("p", "ctrl+p"), key.WithHelp("p", "sandbox phone")),
}

// named is a key whose help has another word here.
func named(b key.Binding, what string) key.Binding {
	b.SetHelp(b.Help().Key, what)
	return b
}

// inText are the keys of a field that takes letters: they are not typed there.
var inText = map[string]string{"r": "ctrl-r", "m": "ctrl-o", "p": "ctrl-p", "d": "ctrl-e"}

// commandKey is a command's key on a screen.
func commandKey(s flows.Screen, b key.Binding) key.Binding {
	if s.Ask != nil && !s.Ask.Code() {
		b.SetHelp(inText[b.Help().Key], b.Help().Desc)
	}
	return b
}

// help lists the keys that mean something on every kind of screen.
func (k keyMap) help(s flows.Screen) []key.Binding {
	var on []key.Binding
	switch {
	case len(s.Choices) > 0:
		on = append(on, k.Down, named(k.Enter, "choose"))
	case s.Ask != nil && !s.Ask.Code():
		on = append(on, named(k.Enter, "go on"))
	case s.Ask != nil:
		on = append(on, k.Enter)
	}
	for _, can := range []struct {
		now bool
		key key.Binding
	}{{s.Can.Resend, k.Resend}, {s.Can.Method, k.Method}, {s.Can.Lost, k.Lost}, {detailed(s) != nil, k.Details}} {
		if can.now {
			on = append(on, commandKey(s, can.key))
		}
	}
	switch {
	case s.Step == flows.StepHome:
		on = append(on, named(k.Back, "leave"))
	case s.Can.Back:
		on = append(on, k.Back)
	case s.Can.Cancel:
		on = append(on, named(k.Back, "stop"))
	}
	return append(on, k.Interrupt)
}

// codeKeys are those beside a code field.
func (m model) codeKeys(s flows.Screen) []key.Binding {
	on := keys.help(s)
	phone := commandKey(s, keys.Phone)
	switch {
	case m.term.Phone == nil:
		return on
	case s.Step == flows.StepDelivered && s.Ask != nil:
		phone = named(phone, "sandbox inbox")
	case s.Step == flows.StepLink:
		phone = named(phone, "sandbox: press it")
	case s.Step == flows.StepMagic && s.Ask != nil:
		phone = named(phone, "sandbox link")
	case !s.Ask.Code():
		return on
	}
	return append([]key.Binding{phone}, on...)
}

// scanKeys are those of a scan screen: only what does something there.
func (m model) scanKeys(s flows.Screen, uri client.Secret, l layout) []key.Binding {
	switch {
	case s.Ask == nil:
		return keys.help(s)
	case s.Step == flows.StepSample:
		return m.sampleKeys(s, uri, l)
	}
	var on []key.Binding
	if m.term.Phone != nil {
		on = append(on, keys.Phone)
	}
	if l.form != qrNone {
		if m.nextForm(uri) != qrNone {
			on = append(on, keys.Form)
		}
		on = append(on, keys.Invert, keys.Key)
	} else {
		m.page, m.aside, m.read = pictureFirst, "", true
		if m.layout(s, uri, m.form).form != qrNone {
			on = append(on, named(keys.Key, "picture"))
		}
	}
	on = append(on, keys.Link, keys.Copy, keys.Save, keys.Help)
	return append(on, keys.help(s)...)
}
