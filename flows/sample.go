package flows

import "strings"

// Sample is a harmless text that is shown as a picture. Its number proves who
// types it has read it.
type Sample struct{ Number, Text string }

// sampleDigits is the length of a sample's number: nobody guesses one of 9000.
const sampleDigits = 4

// Samples shows one of these pictures at a time: which, its driver chooses.
type Samples struct{ All []Sample }

func (Samples) show() {}

// TryPictures finds a picture that can be read here: it is over when the number
// of one was typed. Each sample has a number of four digits of its own.
func TryPictures(all []Sample) Flow { return start(trying{samples: all}) }

type trying struct {
	samples []Sample
	notice  error
}

func (trying) want() Request { return nil }

func (s trying) screen() Screen {
	ask := Ask{Digits: sampleDigits, Min: sampleDigits, Max: sampleDigits}
	return Screen{Step: StepSample, Ask: &ask, Show: Samples{s.samples}, Notice: s.notice, Can: Can{Cancel: true}}
}

func (s trying) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return over{Outcome{End: Stopped}}
	case Submit:
		typed := digits(e.Text)
		for i, sample := range s.samples {
			if typed == sample.Number {
				return over{Outcome{End: Seen, Sample: i}}
			}
		}
		s.notice = NoSample
		if strings.TrimSpace(e.Text) == "" {
			s.notice = Empty
		}
		return s
	}
	return nil
}
