package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

// refusal has everything that a reply can say.
var refusal = &client.Error{
	Op: "totp verify", Kind: client.WrongCode, Status: 401, Code: "E061102", Description: "Invalid code",
	Message: "Wrong code", TraceID: "8c2f1e-FRA", Err: errors.New("a\x1b[31m cause"),
}

var allOfIt = []string{"totp verify", "401", "E061102", "Invalid code", "Wrong code", "8c2f1e-FRA", "a[31m cause"}

func refusing(m *memory, _ *Term) {
	m.service.verify = func(context.Context, string) (*client.Session, error) { return nil, refusal }
}

func TestDetailsOfARefusalAreShownByAKey(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]driver{"full": Full, "plain": Plain} {
		s := drive(t, d, signInAda(), refusing)
		end := map[string]string{"full": "", "plain": "\n"}[name]
		s.untilRaw("Code for")
		s.keys("000000" + end)
		s.until("details")
		if strings.Contains(s.raw(), "8c2f1e-FRA") {
			t.Errorf("%s: got the trace ID before the key", name)
		}
		s.keys("d" + end)
		for _, want := range allOfIt {
			s.until(want)
		}
		s.keys("\x04")
		_ = s.in.Close()
		_, _ = s.end()
	}
}

func TestDetailsKeyIsThereOnlyWhereItWorks(t *testing.T) {
	t.Parallel()
	code, text := &flows.Ask{Digits: 6, Min: 6, Max: 6}, &flows.Ask{}
	for _, row := range []struct {
		name string
		s    flows.Screen
		want string
	}{
		{"code field", flows.Screen{Step: flows.StepCode, Ask: code, Notice: refusal}, "d"},
		{"wrapped", flows.Screen{Step: flows.StepCode, Ask: code, Notice: flows.Rejected{Err: refusal}}, "d"},
		{"choices", flows.Screen{Step: flows.StepStuck, Choices: []flows.Choice{flows.TryAgain}, Notice: refusal}, "d"},
		{"text field", flows.Screen{Step: flows.StepMagic, Ask: text, Notice: refusal}, "ctrl-e"},
		{"no reply", flows.Screen{Step: flows.StepCode, Ask: code, Notice: fault(client.Unreachable)}, ""},
		{"no refusal", flows.Screen{Step: flows.StepCode, Ask: code, Notice: flows.Empty}, ""},
		{"no notice", flows.Screen{Step: flows.StepCode, Ask: code}, ""},
		{"at work", flows.Screen{Step: flows.StepCode, Notice: refusal}, ""},
	} {
		got := ""
		for _, k := range (model{}).on(row.s).short() {
			if k.Help().Desc == "details" {
				got = k.Help().Key
			}
		}
		if got != row.want {
			t.Errorf("%s: got key %q, want %q", row.name, got, row.want)
		}
	}
}

func TestDetailsKeyIsTypedInAText(t *testing.T) {
	t.Parallel()
	s := full(t, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), func(m *memory, t *Term) {
		m.service.verify = func(context.Context, string) (*client.Session, error) {
			return nil, &client.Error{Op: "password", Kind: client.Unavailable, Status: 503, TraceID: "8c2f1e-FRA"}
		}
	})
	s.until("Password")
	s.keys("x\r")
	s.until("ctrl-e details")
	s.keys("d")
	s.until("> •")
	s.keys("\x05")
	s.until("8c2f1e-FRA")
	s.keys("\x04")
	_, _ = s.end()
}
