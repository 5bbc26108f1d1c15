package flows

import (
	"fmt"
	"unicode/utf8"
)

const (
	// MaxAnswer is the length of the longest answer, in characters: more than
	// an email address has, or a password that anybody types.
	MaxAnswer = 320
	// MaxLink is that of a link, or of its token, in bytes: some ten times what
	// they have. It is less than a driver takes, and than the 4095 that a
	// terminal keeps of a line, so that one which was cut is still too long.
	MaxLink = 4000
)

// TooLong is an answer above Max, in characters. It is never sent, as a whole
// or in part.
type TooLong struct{ Max int }

func (e TooLong) Error() string { return fmt.Sprintf("longer than %d characters", e.Max) }

// tooLong refuses an answer that no question here has; a code says of itself
// how many digits it has.
func (f Flow) tooLong(e Event) error {
	s, ok := e.(Submit)
	if !ok || len(s.Text) <= MaxAnswer {
		return nil
	}
	at := f.Screen()
	switch {
	case at.Ask == nil || at.Ask.Code():
	case at.Step == StepMagic && len(s.Text) > MaxLink:
		return TooLong{MaxLink}
	case at.Step != StepMagic && utf8.RuneCountInString(s.Text) > MaxAnswer:
		return TooLong{MaxAnswer}
	}
	return nil
}
