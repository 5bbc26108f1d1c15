package ui

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

func TestWhatIsTypedEarlyGoesIntoTheNextField(t *testing.T) {
	t.Parallel()
	begin := func(f flows.Flow) model { return start(t, f, 80, 24) }
	byMail := then(t, begin(flows.SignIn(flows.Plan{LoginID: ada, Method: client.Email})), flows.Prepared{})
	mailed := flows.Delivered{Sent: client.Sent{To: "a***@example.com"}}
	for name, row := range map[string]struct {
		m    model
		want string
	}{
		"login ID":                     {then(t, begin(flows.SignIn(flows.Plan{})), "ada@", flows.Prepared{}, "example.com"), ada},
		"corrected":                    {then(t, begin(flows.SignIn(flows.Plan{})), "adb\ba@", flows.Prepared{}), "ada@"},
		"what follows Enter is not":    {then(t, begin(flows.SignIn(flows.Plan{})), ada+"\r123456\r", flows.Prepared{}), ada},
		"a code":                       {then(t, byMail, "48 29", mailed), "48 29"},
		"letters are no commands":      {then(t, byMail, "mlr4?829", mailed), "4829"},
		"a paste":                      {then(t, byMail, tea.PasteMsg{Content: "482913\n1"}, mailed), "482913"},
		"password":                     {then(t, begin(flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password})), "pass wörd", flows.Prepared{}), "pass wörd"},
		"after one that was refused":   {then(t, atCode(t, 80, 24), "111111", "222", flows.Failed{Err: fault(client.WrongCode)}), "222"},
		"a login ID that stands there": {then(t, byMail, "x", flows.Failed{Err: fault(client.UserUnknown)}, "2"), ada},
		"nothing after going back":     {then(t, atCode(t, 80, 24), "111111", "222", "\x1b"), ada},
	} {
		if got := row.m.input.Value(); got != row.want {
			t.Errorf("%s: got field %q, want %q", name, got, row.want)
		}
	}
	m := then(t, begin(flows.SignIn(flows.Plan{LoginID: ada})), "123456\r", flows.Prepared{})
	if got := sendingCode(m); got != "" {
		t.Errorf("got %q sent before it was asked for", got)
	}
	if got := sendingCode(then(t, m, "\r")); got != "123456" {
		t.Errorf("got %q sent by Enter, want the code", got)
	}
}

func TestWhatIsTypedEarlyTakesNoChoice(t *testing.T) {
	t.Parallel()
	m := start(t, flows.Enroll(flows.Plan{LoginID: ada}), 80, 24)
	m = then(t, m, flows.Prepared{}, "1\r2\r", flows.Failed{Err: fault(client.UserExists)})
	if got := m.flow.Screen().Step; got != flows.StepExisting {
		t.Errorf("got step %d, want still the question", got)
	}
	if m = then(t, m, "3"); m.input.Value() != ada {
		t.Errorf("got field %q after the choice, want what belongs there", m.input.Value())
	}
}

// TestKeysTypedEarlyAreNotLost types at the real screen, before it is up and
// while a code is sent.
func TestKeysTypedEarlyAreNotLost(t *testing.T) {
	t.Parallel()
	ready, sent := make(chan struct{}), make(chan struct{})
	s := full(t, flows.SignIn(flows.Plan{Method: client.Email}), func(m *memory, _ *Term) {
		m.service.prepare = func(context.Context) (string, error) { <-ready; return "", nil }
		m.service.auth = slowMail{m.service, sent}
	})
	s.keys(ada + "\r")
	s.until("Looking for a place")
	for range 3 { // each is read once the one before was handed on; the Enter has then arrived
		s.keys("\x00")
	}
	close(ready)
	s.until("> " + ada)
	if s.service.count("send") > 0 {
		t.Error("an Enter that was typed early has sent a message")
	}
	s.keys("\r4829\r")
	s.until("Sending a code")
	for range 3 {
		s.keys("\x00")
	}
	close(sent)
	s.until("> 4829")
	if s.service.count("verify") > 0 {
		t.Error("a code was sent before it was asked for")
	}
	s.keys("13\r")
	s.wait("the code", func() bool { return s.service.count("verify 482913") == 1 })
	s.keys("\x03")
	s.end()
}

// slowMail sends when it is let.
type slowMail struct {
	*service
	let chan struct{}
}

func (m slowMail) SendCode(ctx context.Context, c client.Send) (client.Sent, error) {
	<-m.let
	return m.service.SendCode(ctx, c)
}
