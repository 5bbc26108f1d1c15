package ui

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"postern/client"
	"postern/flows"
)

// QRWay is a way to draw a QR code, in the words in which it is remembered. The
// empty one, and any other word, leaves it to the window.
type QRWay string

// qrWays are all there are, the likeliest to be read first. A sample stands at
// the place of its way.
var qrWays = []QRWay{inHalf, inHalfInverted, inFull, inFullInverted}

// qrWay is how a form is remembered.
func qrWay(form qrForm, invert bool) QRWay {
	i := 2 * int(form-qrHalf)
	if invert {
		i++
	}
	return qrWays[i]
}

// known reports whether it is one of the ways.
func (w QRWay) known() bool { return slices.Contains(qrWays, w) }

func (w QRWay) form() qrForm {
	if !w.known() {
		return qrNone
	}
	return qrHalf + qrForm(slices.Index(qrWays, w)/2)
}

func (w QRWay) inverted() bool { return slices.Index(qrWays, w)%2 == 1 }

// ink is what codes are drawn with at first.
func (t Term) ink() qrInk { return qrInk{invert: t.QR.inverted(), basic: t.basicInk()} }

// SampleWay is how the sample with this number was drawn.
func SampleWay(sample int) QRWay { return qrWays[sample] }

// leastNumber is the first number of four digits.
const leastNumber = 1000

// NewSamples are texts to try the ways of drawing with, one for each, and each
// as long as the link of a usual enrolment. A number that stands first is seen
// even where a phone shows but the beginning. No app takes the text for an
// account, and no phone for a link or a telephone number.
func NewSamples() []flows.Sample {
	var all []flows.Sample
	taken := map[int64]bool{}
	for len(all) < len(qrWays) {
		n, err := rand.Int(rand.Reader, big.NewInt(10*leastNumber-leastNumber))
		if err != nil {
			panic(err) // it never is one: crypto/rand ends the program first
		}
		if taken[n.Int64()] {
			continue
		}
		taken[n.Int64()] = true
		number := fmt.Sprint(n.Int64() + leastNumber)
		text := sampleText(number)
		all = append(all, flows.Sample{Number: number, Text: text + strings.Repeat(".", max(usualURI-len(text), 0))})
	}
	return all
}

// pictured is the text of the picture that a screen shows, where it shows one.
// All samples are of one length, and so take the same room.
func (m model) pictured(s flows.Screen) (text client.Secret, ok bool) {
	switch show := s.Show.(type) {
	case flows.Scan:
		return show.URI, true
	case flows.Samples:
		form := m.layout(s, client.Secret(sampleOf(show, qrWays[0])), m.form).form
		return client.Secret(sampleOf(show, qrWay(max(form, qrHalf), m.ink.invert))), true
	}
	return "", false
}

func sampleOf(s flows.Samples, way QRWay) string { return s.All[slices.Index(qrWays, way)].Text }

// fitting are the ways that a picture of this text can be drawn in a window.
func (t Term) fitting(text string, columns, rows int) (fit []QRWay) {
	for _, way := range qrWays {
		if _, form, ok := fitQR(text, columns, rows, t.UTF8(), way.form()); ok && form == way.form() {
			fit = append(fit, way)
		}
	}
	return fit
}

// fittingHere are those of the whole screen.
func (m model) fittingHere(uri client.Secret) (fit []QRWay) {
	m.aside = ""
	for _, way := range qrWays {
		if m.layout(flows.Screen{}, uri, way.form()).form == way.form() {
			fit = append(fit, way)
		}
	}
	return fit
}

// nextSample draws the next picture that fits, and says so once all were shown.
func (m model) nextSample(s flows.Samples) model {
	text := client.Secret(sampleOf(s, qrWays[0]))
	hidden := m.drawnWay(m.flow.Screen(), text) == ""
	m.read, m.aside = true, ""
	fit := m.fittingHere(text)
	if hidden || len(fit) == 0 { // by news, which are read now, or for want of room
		return m
	}
	next := fit[(slices.Index(fit, m.drawnWay(flows.Screen{}, text))+1)%len(fit)]
	m.form, m.ink.invert = next.form(), next.inverted()
	if m.tried++; m.tried == len(fit) {
		m.tried, m.aside = 0, saidAllTried
	}
	return m
}

// drawnWay is how a picture is drawn now, "" where none is.
func (m model) drawnWay(s flows.Screen, uri client.Secret) QRWay {
	if form := m.layout(s, uri, m.form).form; form != qrNone {
		return qrWay(form, m.ink.invert)
	}
	return ""
}

// learn notes how a picture was drawn that has just been read: the code of its
// key was good, and the key was taken from nowhere else.
func (m *model) learn(before flows.Screen, e flows.Event) {
	done, _ := e.(flows.Done)
	task, open := m.flow.Task()
	_, good := done.Result.(flows.SignedIn)
	sc, scan := before.Show.(flows.Scan)
	if !scan || !good || !open || task.ID != done.Task || m.manual {
		return
	}
	if m.form == m.term.QR.form() && m.ink.invert == m.term.QR.inverted() {
		return // nothing was chosen
	}
	m.learned = m.drawnWay(flows.Screen{}, sc.URI)
}

// sampleSteps say what to do beside a sample.
func (m model) sampleSteps(form qrForm) []string {
	if form == qrNone {
		return nil // the window is too small, and is told
	}
	return append(slices.Clone(sampleWords), sampleNext, "", sayWay(qrWay(form, m.ink.invert)))
}

// sampleKeys says what Enter does beside a sample, where nothing is typed.
func (m model) sampleKeys(enter *key.Binding, drawn bool, uri client.Secret) {
	if digitCount(m.input.Value()) > 0 {
		return
	}
	enter.SetEnabled(drawn || len(m.fittingHere(uri)) > 0)
	what := "picture"
	if drawn {
		what = nextPictureKey
	}
	enter.SetHelp(enter.Help().Key, what)
}
