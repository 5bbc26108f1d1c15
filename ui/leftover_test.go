package ui

import (
	"strings"
	"testing"
	"time"

	"postern/flows"
)

func TestCodeOfThePhoneGoesWithItsPeriod(t *testing.T) {
	t.Parallel()
	m := atScan(t, 80, 24)
	m = then(t, m, asideMsg{step: flows.StepScan, text: phoneSays(codeAt(noon)), until: noon.Add(10 * time.Second)})
	at := noon.Add(9 * time.Second)
	m.runner.Now = func() time.Time { return at }
	if m = send(m, tickMsg{}); m.aside == "" {
		t.Error("got no code, want it while it is good")
	}
	at = noon.Add(10 * time.Second)
	if m = send(m, tickMsg{}); m.aside != "" {
		t.Errorf("got %q, want it gone with its period", m.aside)
	}
}

func TestTheWindowIsTooSmallIsSaidOnce(t *testing.T) {
	t.Parallel()
	m := atCodes(t, 80, 24)
	m.columns, m.rows = 30, 8
	m = send(m, keyOf('\r'))
	if n := strings.Count(strings.ReplaceAll(text(m), "\n", " "), noRoomHere[:20]); n != 1 {
		t.Errorf("got it %d times in\n%s", n, text(m))
	}
	m.columns, m.rows = 80, 24
	if strings.Contains(text(m), noRoomHere[:20]) {
		t.Errorf("got it below codes that are seen:\n%s", text(m))
	}
}

func TestFigureThatMayGoOnSaysSo(t *testing.T) {
	t.Parallel()
	m := then(t, start(t, flows.SignIn(flows.Plan{LoginID: ada, Method: flows.AnyFactor}), 80, 24), flows.Prepared{})
	if n := len(m.flow.Screen().Choices); n < 10 {
		t.Fatalf("got %d choices, want ten", n)
	}
	m = then(t, m, "1")
	wantText(t, m, saidFigure(1))
	if m = then(t, m, "↓"); m.aside != "" {
		t.Errorf("got %q, want it gone with the figure", m.aside)
	}
}

func TestNoticeThatWasReadGoesWithTheNextKey(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"s", "c", "i"} {
		m := then(t, atScan(t, 80, 24), wrongCode)
		wantText(t, m, "Not sent")
		if m = then(t, m, k); strings.Contains(text(m), "Not sent") {
			t.Errorf("%s: got the notice still in\n%s", k, text(m))
		}
	}
}

func TestDigitTooManyLosesNoneOfThose(t *testing.T) {
	t.Parallel()
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada, Method: "email"}), 80, 24)
	m = then(t, m, flows.Prepared{}, flows.Delivered{ResendAt: noon.Add(time.Minute)}, "12345678901")
	if got := m.input.Value(); got != "12345678901" {
		t.Errorf("got field %q, want all that was typed", got)
	}
}

func TestPlainQuestionMarkListsTheLetters(t *testing.T) {
	t.Parallel()
	out, _, err := piped(t, &service{}, flows.SignIn(flows.Plan{LoginID: ada}), nil, "?")
	if err != nil || strings.Contains(out, "Nothing was typed") || strings.Count(out, plainCodeKeys) != 2 {
		t.Errorf("got %q, %v, want the letters once more", out, err)
	}
}
