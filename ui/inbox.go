package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

const inboxLines = 5 // of the newest: older codes no longer count

// lookAtInbox is the sandbox's inbox, newest first.
func lookAtInbox(ctx context.Context, p Phone) string {
	lines, err := p.Inbox(ctx)
	switch {
	case err != nil:
		return sayPhoneFailed(err)
	case len(lines) == 0:
		return inboxEmpty
	}
	panel := inboxHead
	for _, line := range lines[:min(len(lines), inboxLines)] {
		panel += "\n" + string(client.Clean(line))
	}
	return panel
}

// lookAt shows where the sandbox has the code that a screen asks for.
func lookAt(ctx context.Context, p Phone, s flows.Screen) string {
	switch s.Step {
	case flows.StepDelivered:
		return lookAtInbox(ctx, p)
	case flows.StepLink:
		return pressInInbox(ctx, p, s.LoginID)
	case flows.StepMagic:
		return linkInInbox(ctx, p, s.LoginID)
	}
	return lookAtPhone(ctx, p, s.LoginID)
}

// lookUp says where the sandbox has the code that is asked for. What its phone
// shows goes when the phone's next code comes.
func (m model) lookUp(s flows.Screen) tea.Cmd {
	var until time.Time
	if s.Ask != nil && s.Ask.Digits > 0 {
		m.now = m.runner.Now()
		until = m.now.Add(m.left30(s))
	}
	return alongside(func(ctx context.Context) tea.Msg {
		return asideMsg{step: s.Step, text: lookAt(ctx, m.term.Phone, s), until: until}
	})
}

// lookAtPhone says what the sandbox phone shows.
func lookAtPhone(ctx context.Context, p Phone, loginID string) string {
	code, err := p.Code(ctx, loginID)
	if err != nil {
		return sayPhoneFailed(err)
	}
	return phoneSays(code)
}

// pressInInbox presses the right link of the newest mail in the sandbox.
func pressInInbox(ctx context.Context, p Phone, loginID string) string {
	number, err := p.Press(ctx, loginID)
	if err != nil {
		return sayNoPress(err)
	}
	return sayInboxPressed(number)
}

// linkInInbox is the newest link in the sandbox inbox, for a line.
func linkInInbox(ctx context.Context, p Phone, loginID string) string {
	link, err := p.Link(ctx, loginID)
	if err != nil {
		return sayNoLink(err)
	}
	return inboxSays(link)
}

// newestLink gets the newest link out of the sandbox inbox, to be pasted.
func (m model) newestLink(s flows.Screen) tea.Cmd {
	return alongside(func(ctx context.Context) tea.Msg {
		link, err := m.term.Phone.Link(ctx, s.LoginID)
		if err != nil {
			return asideMsg{step: s.Step, text: sayNoLink(err)}
		}
		return linkMsg(link)
	})
}
