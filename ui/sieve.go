package ui

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// sieve is an input without what a terminal says by itself: reports of the
// mouse, left on by a program before us, and answers to what others asked.
// Bubble Tea takes one that comes in two reads for keys when the second is
// late, and its coordinates for a code that was typed.
type sieve struct {
	in    io.Reader
	now   func() time.Time
	held  []byte    // the beginning of a sequence: what it is, the next read says
	ahead bool      // its ESC was passed on, at the end of a read: that may be the key
	since time.Time // when held began
	paste bool      // in a paste nothing has a meaning but its end
}

const (
	wholeWithin = 3 * time.Second       // a sequence that has not ended by then was a key such as Alt-[
	loneESC     = 50 * time.Millisecond // Bubble Tea takes an ESC for the key after this
	longestHeld = 1024                  // bytes: a report has twenty at most, answers some more
	pasteBegin  = "\x1b[200~"
	pasteEnd    = "\x1b[201~"
	focusTail   = "[I" // makes of an ESC a report that means nothing to us
)

func newSieve(in io.Reader) *sieve { return &sieve{in: in, now: time.Now} }

// Read reads once. When all was sifted out it gives neither bytes nor an error.
func (s *sieve) Read(p []byte) (int, error) {
	room := max(len(p)-len(s.held)-len(focusTail), 1) // what was held may have to be passed on with it
	n, err := s.in.Read(p[:min(room, len(p))])
	if n > 0 {
		n = copy(p, s.sift(bytes.Clone(p[:n])))
	}
	return n, err
}

// sift takes what was read and returns what is left of it.
func (s *sieve) sift(read []byte) []byte {
	now, out := s.now(), []byte(nil)
	age := now.Sub(s.since)
	if !s.paste && (age > wholeWithin || len(s.held) > longestHeld) || s.ahead && len(s.held) == 1 && age > loneESC {
		s.held, s.ahead = nil, false
	}
	begun := len(s.held) > 0
	text, ahead := append(s.held, read...), s.ahead
	s.held, s.ahead = nil, false
	for len(text) > 0 {
		n, is := s.next(text)
		part := text[:n]
		if is == unfinished {
			if s.held = bytes.Clone(part); !begun {
				s.since = now
			}
			if s.ahead = ahead; n == 1 && !ahead && !s.paste {
				out, s.ahead = append(out, part...), true
			}
			return out
		}
		switch {
		case is == report && ahead && age <= loneESC:
			out = append(out, focusTail...)
		case is == report:
		case ahead:
			out = append(out, part[1:]...)
		default:
			out = append(out, part...)
		}
		text, ahead, begun = text[n:], false, false
	}
	return out
}

// What a piece of the input is.
type piece int

const (
	typed      piece = iota // to be passed on
	report                  // to be dropped
	unfinished              // the rest is to come
)

// next finds the first piece of a text that is not empty.
func (s *sieve) next(text []byte) (int, piece) {
	if s.paste {
		return s.pasted(text)
	}
	switch {
	case text[0] != ansi.ESC:
		if i := bytes.IndexByte(text, ansi.ESC); i > 0 {
			return i, typed
		}
		return len(text), typed
	case len(text) == 1:
		return 1, unfinished
	case text[1] == '[':
		n, is := control(text)
		s.paste = is == typed && string(text[:n]) == pasteBegin
		return n, is
	case strings.ContainsRune("]P_^X", rune(text[1])) && len(text) > 2: // two bytes alone are a key with Alt
		return answer(text)
	}
	return 1, typed
}

// pasted passes on a paste with its end.
func (s *sieve) pasted(text []byte) (int, piece) {
	if i := bytes.Index(text, []byte(pasteEnd)); i >= 0 {
		s.paste = false
		return i + len(pasteEnd), typed
	}
	i := bytes.LastIndexByte(text, ansi.ESC)
	switch {
	case i < 0 || !strings.HasPrefix(pasteEnd, string(text[i:])):
		return len(text), typed
	case i > 0:
		return i, typed
	}
	return len(text), unfinished
}

// control finds the end of a control sequence (ECMA-48 §5.4) and whether a
// terminal says it by itself. What breaks off ends before the byte that does
// not belong to it.
func control(text []byte) (int, piece) {
	for i := 2; i < len(text); i++ {
		switch b := text[i]; {
		case b >= '@' && b <= '~':
			if b == 'M' && i == 2 {
				return position(text)
			}
			if isPrivate(text[2]) || strings.IndexByte("MmRcnty", b) >= 0 {
				return i + 1, report
			}
			return i + 1, typed
		case b == '$' && !isPrivate(text[2]): // with Shift, as rxvt says it
			return i + 1, typed
		case b < ' ' || b > '~':
			return i, report
		}
	}
	return len(text), unfinished
}

func isPrivate(b byte) bool { return b >= '<' && b <= '?' }

// position is a report in the manner of X10: button, column and row follow the
// M in a byte each.
func position(text []byte) (int, piece) {
	const end = len("\x1b[M") + 3
	for i := 3; i < min(end, len(text)); i++ {
		if text[i] < ' ' {
			return i, report
		}
	}
	if len(text) < end {
		return len(text), unfinished
	}
	return end, report
}

// answer finds the end of a string that a terminal sends: BEL or ESC \.
func answer(text []byte) (int, piece) {
	for i := 2; i < len(text); i++ {
		switch {
		case text[i] == ansi.BEL:
			return i + 1, report
		case text[i] == ansi.ESC && i+1 == len(text):
			return len(text), unfinished
		case text[i] == ansi.ESC && text[i+1] == '\\':
			return i + 2, report
		case text[i] == ansi.ESC:
			return i, report
		}
	}
	return len(text), unfinished
}
