package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// harmless is text for a terminal, whoever wrote what is in it: it has no
// control and no format characters. Its lines and their indents stay.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// oneLine is harmless text without a line of its own.
func oneLine(text string) string { return strings.ReplaceAll(harmless(text), "\n", " ") }

// printLines prints facts, a line each.
func (a *app) printLines(lines []string) error {
	for _, line := range lines {
		if _, err := fmt.Fprintln(a.stdout, oneLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// aProfile is for a name that stands in a file, a variable or a flag. Older
// versions and other hands wrote names that `init` would not, but none is used
// that could not be shown.
func aProfile(name, from string) error {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("%s: %q cannot be the name of a profile: it has characters that cannot be shown", from, name)
	}
	return nil
}

// writeJSON prints a value in a line. What a terminal would obey or not show
// is escaped as JSON can: whoever reads it gets the value as it is.
func (a *app) writeJSON(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	var line strings.Builder
	for _, r := range strings.TrimSuffix(text.String(), "\n") { // a byte that is no text is U+FFFD here
		switch {
		case r == utf8.RuneError:
			line.WriteString(`\ufffd`)
		case unicode.IsPrint(r):
			line.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&line, `\u%04x`, unit)
			}
		}
	}
	_, err := fmt.Fprintln(a.stdout, line.String())
	return err
}
