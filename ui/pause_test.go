package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

// TestFaultI18PauseCountsOnTheScreen: the second code after a wrong one waits,
// and can be left.
func TestFaultI18PauseCountsOnTheScreen(t *testing.T) {
	t.Parallel()
	p := player{t: t, c: &clock{t: noon}, s: &service{}}
	p.m = newModel(testTermAt(""), flows.SignIn(flows.Plan{LoginID: ada}), p.s.runner(p.c))
	first, _ := p.m.flow.Task()
	p.m.flow = p.m.flow.Next(flows.Done{Task: first.ID, Result: flows.Prepared{}})
	for _, code := range []string{"000000", "000001"} {
		p.m.flow = p.m.flow.Next(flows.Submit{Text: code, At: noon})
		if pause, held := p.m.flow.Task(); held && code != "000000" {
			p.m.flow = p.m.flow.Next(flows.Done{Task: pause.ID, Result: flows.Paused{}})
		}
		task, _ := p.m.flow.Task()
		p.m.flow = p.m.flow.Next(flows.Done{Task: task.ID, Result: flows.Failed{Err: fault(client.WrongCode)}, At: noon})
	}
	p.m.flow = p.m.flow.Next(flows.Submit{Text: "000002", At: noon})
	for _, want := range []string{"sent in 2 s", "sent in 1 s", "Checking the code"} {
		if p.m.now = p.c.Now(); want == "Checking the code" {
			pause, _ := p.m.flow.Task()
			p.m.flow = p.m.flow.Next(flows.Done{Task: pause.ID, Result: flows.Paused{}})
		}
		if got := p.m.draw().Content; !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
		p.c.add(time.Second)
	}
}

func TestFaultI18TriesThatAreLeftAreSaid(t *testing.T) {
	t.Parallel()
	for tries, want := range map[int]string{0: "", 1: "1 try is left.", 3: "3 tries are left."} {
		s := flows.Screen{Show: flows.Sent{Tries: tries}, Notice: fault(client.WrongCode)}
		if got := triesLeft(s); got != want {
			t.Errorf("%d: got %q, want %q", tries, got, want)
		}
	}
	s := drive(t, Plain, signInAda(), func(m *memory, _ *Term) {
		m.service.verify = func(context.Context, string) (*client.Session, error) { return nil, fault(client.WrongCode) }
	})
	s.keys("000000\n000001\n")
	s.untilRaw("What you typed is sent in 1 s: a pause after a wrong one. Ctrl-C stops it.")
	_ = s.in.Close()
	_, _ = s.end()
}
