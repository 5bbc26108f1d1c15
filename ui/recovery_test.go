package ui

import (
	"errors"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

func TestRecoveryCodesAreOnTheAlternateScreenAlone(t *testing.T) {
	t.Parallel()
	m := atCodes(t, 80, 24)
	if v := m.draw(); !v.AltScreen || !strings.Contains(v.Content, recoveryCodes[0].Reveal()) {
		t.Errorf("alternate %t, want the codes there", v.AltScreen)
	}
	m = send(m, keyOf('\r'))
	if m.curtain == open {
		t.Error("the codes are left without a curtain")
	}
	if o, over := m.flow.Outcome(); !over || o.End != flows.Made {
		t.Errorf("got %+v, want them made", o)
	}
}

func TestCodesThatAreNotSeenAreNotWrittenDown(t *testing.T) {
	t.Parallel()
	m := atCodes(t, 80, 24)
	m.columns, m.rows = 30, 7
	if m = send(m, keyOf('\r')); m.flow.Screen().Step != flows.StepCodes || !strings.Contains(text(m), noRoomHere[:10]) {
		t.Errorf("got %q, want more room to be asked for", text(m))
	}
	m.rows = 24
	if m = send(m, keyOf('1')); m.flow.Screen().Step == flows.StepCodes {
		t.Error("got stuck after the window grew")
	}
	for columns := leastColumns; columns <= 120; columns++ {
		for rows := leastRows; rows <= 40; rows++ {
			m := atCodes(t, columns, rows)
			if m.unseen(m.flow.Screen()) {
				continue
			}
			for _, c := range recoveryCodes {
				if !strings.Contains(text(m), c.Reveal()) {
					t.Fatalf("%dx%d: a code is missing in\n%s", columns, rows, text(m))
				}
			}
		}
	}
}

func TestRecoveryCodesArePrintedOnce(t *testing.T) {
	t.Parallel()
	out, o, err := piped(t, &service{}, flows.RecoveryCodes(flows.Plan{}), nil, "1", "x", "1")
	if err != nil || o.End != flows.Made {
		t.Fatalf("got %+v, %v, want them made", o, err)
	}
	for _, c := range recoveryCodes {
		if n := strings.Count(out, c.Reveal()); n != 1 {
			t.Errorf("%s is printed %d times, want once", c.Reveal(), n)
		}
	}
	if warned := strings.Index(out, plainCodesWarning); warned < 0 || warned > strings.Index(out, recoveryCodes[0].Reveal()) {
		t.Errorf("got %q, want a warning before the codes", out)
	}
}

func TestCodesAreHandedOverByAScript(t *testing.T) {
	t.Parallel()
	var got []client.Secret
	s := &service{}
	r := s.runner(&clock{t: noon})
	r.Codes = func(codes []client.Secret) error { got = codes; return nil }
	var needed *AnswerNeeded
	if _, err := Silent(t.Context(), Answers{}, flows.RecoveryCodes(flows.Plan{}), r); !errors.As(err, &needed) || s.count("codes") != 0 {
		t.Errorf("got %v after %q, want an answer to be needed before any are made", err, s.asked)
	}
	o, err := Silent(t.Context(), Answers{}, flows.RecoveryCodes(flows.Plan{Force: true}), r)
	if err != nil || o.End != flows.Made || len(got) != len(recoveryCodes) {
		t.Errorf("got %+v, %v and %d codes, want them made", o, err, len(got))
	}
	full := errors.New("no space left")
	r.Codes = func([]client.Secret) error { return full }
	if _, err := Silent(t.Context(), Answers{}, flows.RecoveryCodes(flows.Plan{Force: true}), r); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}
