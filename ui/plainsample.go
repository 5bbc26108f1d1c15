package ui

import (
	"io"
	"slices"
	"strings"

	"postern/flows"
)

// explainSamples says what to do and prints the first picture: the way that is
// remembered, where there is one.
func (p *plain) explainSamples(s flows.Samples) {
	for _, line := range sampleWords {
		p.say(line)
	}
	p.say(sampleNext)
	fit := p.fitting(s)
	p.sample = max(slices.Index(fit, p.term.QR), 0)
	p.printSample(s, fit)
}

// nextSample prints the next picture that fits.
func (p *plain) nextSample(screen flows.Screen) {
	s, _ := screen.Show.(flows.Samples)
	fit := p.fitting(s)
	if p.sample++; p.sample >= len(fit) {
		p.sample = 0
		p.say(saidAllTried)
	}
	p.printSample(s, fit)
}

func (p *plain) fitting(s flows.Samples) []QRWay {
	columns, rows := p.term.roomForPicture()
	return p.term.fitting(s.All[0].Text, columns, rows)
}

// SamplesFit reports whether any picture can be drawn line by line.
func SamplesFit(t Term) bool {
	columns, rows := t.roomForPicture()
	return len(t.fitting(strings.Repeat("a", usualURI), columns, rows)) > 0
}

// printSample prints one picture. A sample is no secret: it may stay in the
// window's history.
func (p *plain) printSample(s flows.Samples, fit []QRWay) {
	if len(fit) == 0 {
		p.say(Sentences(NoSampleHere, NoSampleDo))
		return
	}
	way := fit[p.sample]
	picture, ok := p.term.picture(sampleOf(s, way), way)
	if !ok {
		p.say(Sentences(NoSampleHere, NoSampleDo))
		return
	}
	p.say(plainSample(p.sample+1, len(fit), way))
	_, _ = io.WriteString(p.term.Out, picture)
}
