package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// keep ranks the parts of a column: where there are too few rows, the highest
// number goes first.
type keep int

const (
	keepAnswer keep = iota
	keepNotice
	keepKey
	keepLabel
	keepTitle
	keepClock
	keepHelp
	keepSteps
	keepBanner
	keepSpace
)

// column is text of a given width whose parts give way to a small window.
type column struct {
	width   int
	parts   []part
	oneLine bool // the field carries its own label
}

type part struct {
	keep   keep
	lines  []string
	cursor *tea.Cursor // relative to the part's first line
}

func (c *column) add(k keep, text string) {
	c.parts = append(c.parts, part{keep: k, lines: strings.Split(text, "\n")})
}

func (c *column) field(k keep, text string, cursor *tea.Cursor) {
	c.parts = append(c.parts, part{k, strings.Split(text, "\n"), cursor})
}

// fit returns at most rows lines and where the cursor stands in them.
func (c *column) fit(rows int) (string, *tea.Cursor) {
	parts := slices.Clone(c.parts)
	for height(parts) > rows && len(parts) > 1 {
		worst := 0
		for i, p := range parts {
			if p.keep >= parts[worst].keep {
				worst = i
			}
		}
		parts = slices.Delete(parts, worst, worst+1)
	}
	var lines []string
	var cursor *tea.Cursor
	for _, p := range parts {
		if p.cursor != nil {
			at := *p.cursor
			at.Y += len(lines)
			cursor = &at
		}
		lines = append(lines, p.lines...)
	}
	lines = lines[:min(len(lines), max(rows, 1))]
	if cursor != nil && cursor.Y >= len(lines) {
		cursor = nil
	}
	return strings.Join(lines, "\n"), cursor
}

func height(parts []part) int {
	n := 0
	for _, p := range parts {
		n += len(p.lines)
	}
	return n
}
