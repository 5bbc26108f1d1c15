package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// The states of a check.
const (
	CheckOK      Postable = "ok"
	CheckWarn    Postable = "warn"
	CheckFail    Postable = "fail"
	CheckSkipped Postable = "skipped"
)

// Check is one line of `postern doctor`.
type Check struct {
	Name  Postable `json:"name"`
	State Postable `json:"state"`
	Finding
}

// Finding is what a check found, and what to do about it. Do is empty where
// there is nothing to do.
type Finding struct {
	Found Postable `json:"found"`
	Do    Postable `json:"do"`
}

// Lines are the check for people.
func (c Check) Lines() []string {
	const columns, margin = 79, 23
	text := string(c.Found)
	if c.Do != "" {
		text += "\n→ " + string(c.Do)
	}
	head := fmt.Sprintf("%-8s %-14s", c.State, c.Name)
	var lines []string
	for _, l := range byWords(text, columns-margin-1) {
		lines = append(lines, fmt.Sprintf("%-*s %s", margin, head, l))
		head = ""
	}
	return lines
}

// byWords breaks text at blanks alone: what may be typed stays whole.
func byWords(text string, columns int) (lines []string) {
	for _, part := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Fields(part) {
			if line != "" && ansi.StringWidth(line+" "+word) > columns {
				lines, line = append(lines, line), ""
			}
			line = strings.TrimPrefix(line+" "+word, " ")
		}
		lines = append(lines, line)
	}
	return lines
}

// terms are the terminals that are named; of another nothing is told.
var terms = []Postable{
	"xterm", "xterm-256color", "xterm-color", "xterm-direct", "xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm",
	"tmux", "tmux-256color", "screen", "screen-256color", "linux", "ansi", "vt100", "vt220", "rxvt", "rxvt-unicode-256color",
	"konsole", "konsole-256color", "gnome-256color", "st-256color", "cygwin", "dumb", "unknown",
}

// usualURI is as long as the link of a usual enrolment, longURI the longest
// that 80x24 was laid out for.
const usualURI, longURI = 106, 134 // bytes

// CodesFit says which forms of the QR code of an enrolment fit a terminal.
func CodesFit(t Term) (f Finding, fits bool) {
	columns, rows := t.Size()
	form := func(prefer qrForm, bytes int) bool {
		_, got, ok := fitQR(strings.Repeat("a", bytes), columns, rows-1, t.UTF8(), prefer)
		return ok && got == prefer
	}
	var list []Postable
	for _, row := range []struct {
		form qrForm
		name Postable
	}{{qrHalf, inHalf}, {qrFull, inFull}} {
		switch {
		case form(row.form, longURI):
			list = append(list, row.name)
		case form(row.form, usualURI):
			list = append(list, usualNameOnly(row.name))
		}
	}
	return codesFound(list, OneOf(string(t.QR), "", inHalf, inHalfInverted, inFull, inFullInverted)), len(list) > 0
}

// CertificateSoon is when an end is worth a warning: automatic renewal, at a
// third of 90 days or of 47, has failed by then.
const CertificateSoon = 7 * 24 * time.Hour
