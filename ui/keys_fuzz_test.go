package ui

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// What a byte of FuzzKeys does, beside typing itself.
const (
	pasteNext  = 0x80 + iota // the rest of the line
	answerTask               // the open task ends well
	failTask                 // the next byte says how it ends
	resizeNext               // two bytes
	tickNext                 // a second goes by
	frameNext                // what was sent is on the screen
	arrowUp
	arrowDown
	closeInput  // the terminal is gone
	strayAnswer // of a task that is over
	pageDown    // a key that means nothing
)

var fuzzFlows = []func() flows.Flow{
	func() flows.Flow { return flows.Home(flows.Plan{}) },
	func() flows.Flow { return flows.Enroll(flows.Plan{}) },
	func() flows.Flow { return flows.Enroll(flows.Plan{LoginID: ada, Method: client.Email}) },
	func() flows.Flow { return flows.SignIn(flows.Plan{}) },
	func() flows.Flow { return flows.SignIn(flows.Plan{LoginID: ada, RequireMFA: true}) },
	func() flows.Flow { return flows.SecondFactor(flows.Plan{LoginID: ada}) },
	func() flows.Flow { return flows.StepUp(flows.Plan{}) },
	func() flows.Flow { return flows.Replace(flows.Plan{}) },
}

// FuzzKeys lets somebody lean on the keyboard, paste anything and change the
// window, while tasks end one way or another. Nothing breaks, every screen fits
// its window, and the key stands on its own screen alone.
func FuzzKeys(f *testing.F) {
	code := codeAt(noon)
	for flow := range fuzzFlows {
		for _, seed := range []string{
			"", "\x81\x81\r\x81" + code + "\x81\x81", "\x81" + ada + "\r\x81kufi?c" + code + "\x81\x81\r", "\x81\x82\x05\r1\x812\x81" + wrongCode + "\x82\x06\x1b\x1b",
			"\x81\x80\x1b[201~x\n\r", "\x81\x83\x01\x01\x83\x00\x00\x83\x50\x18\x81", "\x81ml\x87\x87\x86\rr\x84\x84\x81\x03\x85\x85\x85\x85\x03",
			"\x811\x812\x813\x814\x815\x811", "\x88\x81\x89\x1a\x85\x85", "漢字\xff\x00\x81é\r\x82\x0e\r1",
		} {
			f.Add(byte(flow), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, flow byte, keys []byte) {
		if len(keys) > 400 {
			return
		}
		p := player{t: t, c: &clock{t: noon}, s: &service{}}
		p.m = newModel(testTermAt(""), fuzzFlows[int(flow)%len(fuzzFlows)](), p.s.runner(p.c))
		p.send(startMsg{})
		for len(keys) > 0 && !p.m.gone {
			keys = p.play(keys)
		}
	})
}

func testTermAt(dir string) Term {
	return Term{Env: append([]string{"XDG_RUNTIME_DIR=" + dir}, xterm...), Host: host, Called: "postern"}
}

// player plays bytes to a model.
type player struct {
	t *testing.T
	c *clock
	s *service
	m model
}

func (p *player) play(keys []byte) (rest []byte) {
	next := func() (b byte) {
		if len(rest) > 0 {
			b, rest = rest[0], rest[1:]
		}
		return b
	}
	rest = keys[1:]
	switch keys[0] {
	case pasteNext:
		line, after, _ := strings.Cut(string(rest), "\n")
		rest = []byte(after)
		p.send(tea.PasteMsg{Content: line})
	case answerTask:
		p.answer(nil)
	case failTask:
		p.answer(fault(client.Kind(int(next()) % (int(client.PasswordExpired) + 1))))
	case resizeNext:
		p.send(tea.WindowSizeMsg{Width: int(next()), Height: int(next())})
	case tickNext:
		p.c.add(1e9)
		p.send(tickMsg{})
	case frameNext:
		p.send(frameMsg{})
		p.send(tea.RawMsg{})
	case arrowUp:
		p.send(keyOf('↑'))
	case arrowDown:
		p.send(keyOf('↓'))
	case closeInput:
		p.send(closeMsg{})
	case strayAnswer:
		p.send(flows.Done{Task: p.m.running - 1, Result: flows.Failed{Err: fault(client.Other)}, At: noon})
	case pageDown:
		p.send(tea.KeyPressMsg{Code: tea.KeyPgDown})
	default:
		p.send(keyOf(rune(keys[0])))
	}
	return rest
}

// answer does the open task with the fake service, or fails it.
func (p *player) answer(err error) {
	task, open := p.m.flow.Task()
	if !open {
		return
	}
	if err != nil {
		p.send(flows.Done{Task: task.ID, Result: flows.Failed{Err: err}, At: p.c.Now()})
		return
	}
	p.send(p.m.runner.Run(context.Background(), task))
}

func (p *player) send(msg tea.Msg) {
	p.t.Helper()
	p.m = send(p.m, msg)
	if p.m.broken {
		p.t.Fatalf("%#v broke the program", msg)
	}
	s := p.m.flow.Screen()
	_, open := p.m.flow.Task()
	_, over := p.m.flow.Outcome()
	asks := s.Ask != nil || len(s.Choices) > 0
	if over == (open || asks) || over != (s.Step == flows.StepOver) {
		p.t.Fatalf("after %#v: over %v, a task %v, a question %v, on step %v", msg, over, open, asks, s.Step)
	}
	if hasSecret(s) != (s.Step == flows.StepScan) {
		p.t.Fatalf("after %#v: the key is shown on step %v", msg, s.Step)
	}
	if p.m.columns >= leastColumns && p.m.rows >= leastRows && p.m.curtain == 0 {
		fits(p.t, p.m)
	}
	shown := strings.Join(strings.Fields(p.m.draw().Content), "")
	if !hasSecret(s) && p.m.curtain != settled && p.m.curtain != erasing && strings.Contains(shown, testKey) {
		p.t.Fatalf("after %#v: the key is on the screen of step %v", msg, s.Step)
	}
}
