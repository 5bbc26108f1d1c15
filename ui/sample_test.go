package ui

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// samples are those of a test.
var samples = []flows.Sample{sampleFor("1111"), sampleFor("2222"), sampleFor("3333"), sampleFor("4444")}

func sampleFor(number string) flows.Sample {
	return flows.Sample{Number: number, Text: number + strings.Repeat("x", usualURI-len(number))}
}

func TestSamplesAreHarmlessAndAsLargeAsAUsualKey(t *testing.T) {
	t.Parallel()
	number := regexp.MustCompile(`^[1-9][0-9]{3} is the number to type\. `)
	seen := map[string]bool{}
	for range 50 {
		all := NewSamples()
		for _, s := range all {
			seen[s.Number] = true
			if len(s.Text) != usualURI || !number.MatchString(s.Text) || !strings.HasPrefix(s.Text, s.Number) {
				t.Errorf("got %q (%d bytes) for %s, want %d bytes that begin with the number", s.Text, len(s.Text), s.Number, usualURI)
			}
			// What begins with a scheme or has a host in it, a phone may open.
			if strings.ContainsAny(s.Text, "/@%") || strings.Contains(strings.TrimRight(s.Text, "."), ".c") || regexp.MustCompile(`\S:\S|\w\.\w`).MatchString(s.Text) {
				t.Errorf("got %q, want nothing that a phone takes for a link or an address", s.Text)
			}
		}
		if all[0].Number == all[1].Number || all[2].Number == all[3].Number {
			t.Errorf("got the same number twice: %v", all)
		}
	}
	if len(seen) < 50 {
		t.Errorf("got %d numbers in 200, want them to differ from test to test", len(seen))
	}
}

func TestEverySampleIsDrawnInItsOwnWay(t *testing.T) {
	t.Parallel()
	m := start(t, flows.TryPictures(samples), 140, 60)
	seen := map[string]QRWay{}
	for range qrWays {
		uri, _ := m.pictured(m.flow.Screen())
		seen[uri.Reveal()[:1]] = m.drawnWay(m.flow.Screen(), uri)
		wantText(t, m, "Drawn in "+string(m.drawnWay(m.flow.Screen(), uri))+".")
		m = then(t, m, "\r")
	}
	for i, way := range qrWays {
		if got := seen[samples[i].Number[:1]]; got != way {
			t.Errorf("sample %s: got drawn in %q, want %q", samples[i].Number, got, way)
		}
	}
	wantText(t, m, "That was the last one")
}

func TestSampleInASmallWindowComesBackOnceItIsLarger(t *testing.T) {
	t.Parallel()
	m := start(t, flows.TryPictures(samples), 40, 12)
	wantText(t, m, "A picture to scan needs")
	if got := text(m); strings.Contains(got, "next picture") || strings.Contains(got, "invert") {
		t.Errorf("got keys for a picture that is not there:\n%s", got)
	}
	m, _ = m.update(tea.WindowSizeMsg{Width: 80, Height: 24})
	wantText(t, m, "Drawn in half blocks.", "enter next picture")
}

// TestEnterBringsASampleBackThatNewsHaveTaken: in a narrow window there is room
// for one of the two.
func TestEnterBringsASampleBackThatNewsHaveTaken(t *testing.T) {
	t.Parallel()
	m := then(t, start(t, flows.TryPictures(samples), 46, 23), "9999")
	wantText(t, m, "No picture here", "enter picture")
	uri, _ := m.pictured(m.flow.Screen())
	if m = then(t, m, "\r"); m.drawnWay(m.flow.Screen(), uri) != inHalf {
		t.Errorf("got\n%s\nwant the picture that was there before", text(m))
	}
}

func TestRememberedWayIsDrawnWhereItFits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		way           QRWay
		columns, rows int
		want          QRWay
	}{
		{"", 80, 24, inHalf}, {"", 140, 60, inFull}, {inHalf, 140, 60, inHalf}, {inHalfInverted, 140, 60, inHalfInverted},
		{inFullInverted, 140, 60, inFullInverted}, {inFullInverted, 80, 24, inHalfInverted}, {inFull, 80, 24, inHalf}, {"no such form", 80, 24, inHalf},
	} {
		term := testTerm(t)
		term.QR, term.Size = row.way, func() (int, int) { return row.columns, row.rows }
		m := newModel(term, flows.TryPictures(samples), (&service{}).runner(&clock{t: noon}))
		uri, _ := m.pictured(m.flow.Screen())
		if got := m.drawnWay(m.flow.Screen(), uri); got != row.want {
			t.Errorf("%q in %dx%d: got %q, want %q", row.way, row.columns, row.rows, got, row.want)
		}
		if m, _ = m.press(tea.KeyPressMsg{Code: 'f', Text: "f"}); row.columns == 80 && m.form != row.way.form() {
			t.Errorf("%q: got form %d wished for after f, which fits no other, want it as it was", row.way, m.form)
		}
	}
}

func TestNobodyButAPersonReadsASample(t *testing.T) {
	t.Parallel()
	answers := Answers{Code: func(context.Context, CodeWanted) (string, error) { return samples[0].Number, nil }}
	_, err := Silent(t.Context(), answers, flows.TryPictures(samples), flows.Runner{})
	if needed := (*AnswerNeeded)(nil); !errors.As(err, &needed) {
		t.Errorf("got %v, want an answer that a script cannot give", err)
	}
}
