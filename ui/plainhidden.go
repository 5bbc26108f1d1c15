package ui

import "postern/flows"

// hide keeps what is typed from being shown while a secret is asked for, and
// after that until something else is asked: who types ahead shows nothing.
func (p *plain) hide(s flows.Screen) {
	switch {
	case s.Ask == nil || !s.Ask.Hidden:
		p.unhide()
		return
	case p.show != nil:
		return
	case p.term.Hide != nil:
		if show, err := p.term.Hide(); err == nil {
			p.show = show
			return
		}
	}
	if !p.seen {
		p.seen = true
		p.say(plainShown)
	}
}

// unhide ends that.
func (p *plain) unhide() {
	if p.show != nil {
		p.show()
		p.show = nil
	}
}

// sayCodes prints the recovery codes of a screen that has some.
func (p *plain) sayCodes(s flows.Screen) {
	made, ok := s.Show.(flows.Codes)
	if !ok {
		return
	}
	p.say(plainCodesWarning)
	for _, c := range made.Codes {
		p.say(c.Reveal())
	}
	p.say(codesAdvice)
}
