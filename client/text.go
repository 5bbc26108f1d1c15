package client

import (
	"encoding/json"
	"strings"
	"unicode"
)

// Text is somebody else's words, made harmless for a terminal: no control or
// format characters (escape sequences, bidi overrides, zero width), one line,
// at most 512 runes. It is cleaned when JSON is decoded into it.
type Text string

const (
	maxText      = 512 // runes: longer than any sentence that is worth a screen
	maxCombining = 2   // marks in a row on one letter: more than that is a tower, not a language
)

// Clean returns words as Text.
func Clean(words string) Text {
	var b strings.Builder
	kept, marks := 0, 0
	for _, r := range words {
		if kept == maxText {
			break
		}
		switch {
		case kept == 0 && (unicode.IsSpace(r) || unicode.IsMark(r)):
			continue // a mark without a letter would land on what stands before the text
		case unicode.IsSpace(r):
			r, marks = ' ', 0
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > maxCombining {
				continue
			}
		case !unicode.IsPrint(r):
			continue
		default:
			marks = 0
		}
		b.WriteRune(r)
		kept++
	}
	return Text(strings.TrimSpace(b.String()))
}

// UnmarshalJSON cleans a JSON string; null is the empty Text.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	*t = Clean(s)
	return nil
}
