package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// TestFaultT16SmallWindowShowsKeyAndScrollsTheLink: where no picture fits, the
// whole key stands on the screen, and the whole link can be read, by scrolling.
func TestFaultT16SmallWindowShowsKeyAndScrollsTheLink(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("abcdefghijklmnopqrstuvwxyz", 10)[:242] + "@example.com"
	for _, size := range []matrixSize{{40, 12}, {30, 8}, {20, 5}, {80, 12}} {
		m := start(t, flows.Enroll(flows.Plan{LoginID: long}), size.columns, size.rows)
		e := enrollment(long, "Example")
		m = then(t, m, flows.Prepared{}, flows.Enrolled{Enrollment: e})
		together := func() string { return strings.Join(strings.Fields(text(m)), "") }
		if !strings.Contains(together(), testKey) {
			t.Errorf("%v: got no whole key in\n%s", size, text(m))
		}
		m = then(t, m, "u")
		var read []string // every line, once
		for range 60 {
			lines, _, _ := strings.Cut(text(m), "↑↓")
			for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
				if len(read) == 0 || !slices.Contains(read[max(len(read)-size.rows, 0):], line) {
					read = append(read, line)
				}
			}
			if got := strings.Count(text(m), "\n") + 1; got > size.rows {
				t.Fatalf("%v: got %d lines\n%s", size, got, text(m))
			}
			m = send(m, tea.KeyPressMsg{Code: tea.KeyDown})
		}
		if got := strings.Join(read, ""); !strings.Contains(got, e.URI.Reveal()) {
			t.Errorf("%v: got %q by scrolling, want the link %q", size, got, e.URI.Reveal())
		}
		for range 60 {
			m = send(m, tea.KeyPressMsg{Code: tea.KeyUp})
		}
		if first, _, _ := strings.Cut(text(m), "\n"); !strings.HasPrefix(linkTitle, first) {
			t.Errorf("%v: got %q at the top again, want the title", size, first)
		}
		m = then(t, m, "u")
		if m.page != pictureFirst {
			t.Errorf("%v: got page %d after another key, want the first", size, m.page)
		}
	}
}
