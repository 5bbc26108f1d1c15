package ui

import (
	"charm.land/bubbles/v2/key"

	"postern/flows"
)

// keyMap has every key of the full screen, with its help.
type keyMap struct {
	Enter, Back, Cancel, Interrupt, Suspend, Help key.Binding
	Up, Down                                      key.Binding
	Form, Invert, Key, Link, Copy, Save, Phone    key.Binding
	Resend, Method, Lost                          key.Binding
}

var keys = keyMap{
	Enter:     key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "send")),
	Back:      key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "back")),
	Cancel:    key.NewBinding(key.WithKeys("ctrl+d"), key.WithHelp("ctrl-d", "stop")),
	Interrupt: key.NewBinding(key.WithKeys("ctrl+c"), key.WithHelp("ctrl-c", "quit")),
	Suspend:   key.NewBinding(key.WithKeys("ctrl+z")),
	Help:      key.NewBinding(key.WithKeys("?"), key.WithHelp("?", "help")),
	Up:        key.NewBinding(key.WithKeys("up", "k", "shift+tab")),
	Down:      key.NewBinding(key.WithKeys("down", "j", "tab"), key.WithHelp("↑↓", "choose")),
	Form:      key.NewBinding(key.WithKeys("f"), key.WithHelp("f", "other form")),
	Invert:    key.NewBinding(key.WithKeys("i"), key.WithHelp("i", "invert")),
	Key:       key.NewBinding(key.WithKeys("k"), key.WithHelp("k", "key")),
	Link:      key.NewBinding(key.WithKeys("u"), key.WithHelp("u", "link")),
	Copy:      key.NewBinding(key.WithKeys("c"), key.WithHelp("c", "copy key")),
	Save:      key.NewBinding(key.WithKeys("s"), key.WithHelp("s", "save picture")),
	Resend:    key.NewBinding(key.WithKeys("r"), key.WithHelp("r", "send again")),
	Method:    key.NewBinding(key.WithKeys("m"), key.WithHelp("m", "other method")),
	Lost:      key.NewBinding(key.WithKeys("l"), key.WithHelp("l", "lost phone")),
	Phone:     key.NewBinding(key.WithKeys("p"), key.WithHelp("p", "sandbox phone")),
}

// help lists the keys that mean something on this screen.
func (k keyMap) help(s flows.Screen, phone, picture bool) []key.Binding {
	var on []key.Binding
	if _, scan := s.Show.(flows.Scan); scan {
		if phone {
			on = append(on, k.Phone)
		}
		if picture {
			on = append(on, k.Form, k.Invert)
		}
		on = append(on, k.Key, k.Link, k.Copy, k.Save)
	} else if phone && s.Ask.Code() {
		on = append(on, k.Phone)
	}
	for _, can := range []struct {
		now bool
		key key.Binding
	}{{s.Can.Resend, k.Resend}, {s.Can.Method, k.Method}, {s.Can.Lost, k.Lost}} {
		if can.now {
			on = append(on, can.key)
		}
	}
	if len(s.Choices) > 0 {
		on = append(on, k.Down)
	}
	if s.Ask != nil || len(s.Choices) > 0 {
		on = append(on, k.Enter)
	}
	switch {
	case s.Can.Back:
		on = append(on, k.Back)
	case s.Can.Cancel:
		stop := k.Back
		stop.SetHelp("esc", "stop")
		on = append(on, stop)
	}
	return append(on, k.Interrupt)
}
