package ui

import (
	"strings"

	"postern/client"
)

// printPicture prints the code where the terminal has the size and colours.
func (p *plain) printPicture(uri client.Secret) {
	columns, rows := 80, 24
	if p.term.Size != nil {
		columns, rows = p.term.Size()
	}
	term := p.term.env("TERM")
	quiet, form, ok := fitQR(uri.Reveal(), columns, rows, p.term.UTF8(), qrNone)
	if term == "" || term == "dumb" || !ok {
		p.say(plainNoPicture)
		return
	}
	code, err := drawQR(uri.Reveal(), form, quiet, qrInk{basic: !strings.Contains(term, "256") && p.term.env("COLORTERM") == ""})
	if err != nil {
		p.say(plainNoPicture)
		return
	}
	p.say(plainKeyWarning)
	for _, row := range code.rows {
		p.say(row)
	}
}
