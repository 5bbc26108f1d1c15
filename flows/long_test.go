package flows

import (
	"errors"
	"strings"
	"testing"

	"postern/client"
)

// TestAnswerThatIsTooLongIsNotSentAndNotCut submits what a driver may have cut.
func TestAnswerThatIsTooLongIsNotSentAndNotCut(t *testing.T) {
	t.Parallel()
	at := func(p Plan, events ...Result) Flow {
		f := SignIn(p)
		for _, r := range events {
			task, _ := f.Task()
			f = f.Next(Done{Task: task.ID, Result: r, At: noon})
		}
		return f
	}
	for _, row := range []struct {
		name    string
		at      Flow
		text    string
		refused bool
	}{
		{"password", at(Plan{LoginID: ada, Method: client.Password}, Prepared{}), strings.Repeat("é", MaxAnswer), false},
		{"longer password", at(Plan{LoginID: ada, Method: client.Password}, Prepared{}), strings.Repeat("é", MaxAnswer+1), true},
		{"longer recovery code", at(Plan{LoginID: ada, Method: client.Recovery}, Prepared{}), strings.Repeat("A", MaxAnswer+1), true},
		{"link", at(Plan{LoginID: ada, Method: client.MagicLink}, Prepared{}, Delivered{}), strings.Repeat("A", MaxLink), false},
		{"longer link", at(Plan{LoginID: ada, Method: client.MagicLink}, Prepared{}, Delivered{}), strings.Repeat("A", MaxLink+1), true},
		{"link that was cut at its token", at(Plan{LoginID: ada, Method: client.MagicLink}, Prepared{}, Delivered{}),
			"https://x/?x=" + strings.Repeat("é", MaxLink/2) + "&t=4d1f6e", true},
	} {
		if row.at.Screen().Ask == nil {
			t.Fatalf("%s: got step %v, want one that asks", row.name, row.at.Screen().Step)
		}
		f := row.at.Next(Submit{Text: row.text, At: noon})
		_, open := f.Task()
		if refused := errors.As(f.Screen().Notice, new(TooLong)); refused != row.refused || open == row.refused {
			t.Errorf("%s: got it refused %v and sent %v, want refused %v", row.name, refused, open, row.refused)
		}
		if next := f.Next(Submit{Text: "x1", At: noon}); row.refused && errors.As(next.Screen().Notice, new(TooLong)) {
			t.Errorf("%s: got the notice beside the next answer", row.name)
		}
	}
}
