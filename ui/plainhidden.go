package ui

import "postern/flows"

// hide keeps what is typed from being shown while a secret is asked for. show
// ends that, and may be called where nothing was hidden, and twice.
func (p *plain) hide(s flows.Screen) (show func()) {
	show = func() {}
	if s.Ask == nil || !s.Ask.Hidden {
		return show
	}
	if p.term.Hide != nil {
		if back, err := p.term.Hide(); err == nil {
			return back
		}
	}
	if !p.seen {
		p.seen = true
		p.say(plainShown)
	}
	return show
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

const plainShown = "This terminal shows what is typed. Make sure that nobody looks on."
