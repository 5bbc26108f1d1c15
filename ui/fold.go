package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Line is text as this terminal prints it below what stands there already: in
// its charset, and broken between words where its window ends. A word that is
// wider than the window stays whole, as does a command to copy.
func (t Term) Line(text string) string {
	if !t.UTF8() {
		text = plainASCII(text)
	}
	is, known := t.window()
	if !known {
		return text
	}
	body := strings.TrimRight(text, " \n")
	return fold(body, is.Width, t.Called) + text[len(body):]
}

// What the library takes for letters, in the place of what it would break at.
// Nobody else's text has them: they are in the private use area.
const (
	wholeHyphen = "\ue000"
	wholeBlank  = "\ue001"
)

// fold breaks text between words, but at no hyphen and within no command.
func fold(text string, columns int, called string) string {
	text = strings.ReplaceAll(wholeCommands(text, columns, called), "-", wholeHyphen)
	lines := strings.Split(ansi.Wordwrap(text, columns, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.NewReplacer(wholeHyphen, "-", wholeBlank, " ").Replace(strings.Join(lines, "\n"))
}

// wholeCommands joins the words of each command of this program: up to the one
// that a sentence or the line ends with.
func wholeCommands(text string, columns int, called string) string {
	if called == "" {
		return text
	}
	before, rest, found := strings.Cut(text, called+" ")
	if !found {
		return text
	}
	end := 0
	for _, word := range strings.SplitAfter(rest, " ") {
		bare, _, _ := strings.Cut(strings.TrimRight(word, " "), "\n")
		if end += len(bare); bare == "" || len(bare) < len(strings.TrimRight(word, " ")) || strings.ContainsAny(bare[len(bare)-1:], ".,;:)") {
			break
		}
		end += len(word) - len(bare)
	}
	command := called + " " + rest[:end]
	if ansi.StringWidth(command) <= columns {
		command = strings.ReplaceAll(command, " ", wholeBlank)
	}
	return before + command + wholeCommands(rest[end:], columns, called)
}

var asciiWords = strings.NewReplacer(
	"…", "...", "“", `"`, "”", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "•", "*", "\u00a0", " ",
)

// plainASCII writes text for a terminal whose charset has no more than ASCII.
func plainASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, asciiWords.Replace(text))
}
