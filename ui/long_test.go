package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// TestAnswerThatIsTooLongIsSaidAndNeverCut gives each manner a password and a
// link that are longer than their fields, which would be good if they were cut.
func TestAnswerThatIsTooLongIsSaidAndNeverCut(t *testing.T) {
	t.Parallel()
	for _, n := range []int{flows.MaxAnswer + 1, 4094, 4096, 5000, 1 << 20} {
		long := strings.Repeat("p", n)
		pasted := then(t, atPassword(t, 80, 24), tea.PasteMsg{Content: long})
		typed := atPassword(t, 80, 24)
		typed.input.SetValue(long) // as key by key
		for name, m := range map[string]model{"pasted": pasted, "typed": then(t, typed, "\r")} {
			if name == "pasted" && m.aside == "" {
				m = then(t, m, "\r")
			}
			if _, open := m.flow.Task(); open || !strings.Contains(unfolded(text(m)), "longer than") {
				t.Errorf("%s, %d letters: got it sent %v and the screen\n%s", name, n, open, text(m))
			}
			if got := m.input.Value(); got != "" {
				t.Errorf("%s, %d letters: got %d of them kept", name, n, len(got))
			}
		}
		s := &service{}
		got, _, _ := piped(t, s, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), nil, long)
		if s.count("verify") != 0 || !strings.Contains(unfolded(got), "longer than 320 characters: none of it was sent.") {
			t.Errorf("line by line, %d letters: got %q asked and\n%s", n, s.asked, got)
		}
		s = &service{}
		_, err := Silent(context.Background(), Answers{LoginID: ada, Code: func(context.Context, CodeWanted) (string, error) {
			return long, nil
		}}, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), s.runner(&clock{t: noon}))
		if s.count("verify") != 0 || !errors.As(err, new(flows.TooLong)) {
			t.Errorf("silent, %d letters: got %q asked and %v", n, s.asked, err)
		}
	}
	link := "https://app.example.com/in?t=" + strings.Repeat("a", 5000)
	s := &service{}
	got, _, _ := piped(t, s, flows.SignIn(flows.Plan{LoginID: ada, Method: client.MagicLink}), nil, link)
	if s.count("verify") != 0 || !strings.Contains(unfolded(got), "longer than 4000 characters") {
		t.Errorf("link: got %q asked and\n%s", s.asked, got)
	}
}
