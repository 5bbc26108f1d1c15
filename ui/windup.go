package ui

import (
	"context"
	"time"

	"postern/flows"
)

// run does a task without a screen. When ctx ends first, work that can be
// cancelled is; the rest, a session to be stored or ended, gets lastWait.
func run(ctx context.Context, f flows.Flow, r flows.Runner, t flows.Task) flows.Flow {
	tctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	done := make(chan flows.Done, 1)
	go func() { done <- r.Run(tctx, t) }()
	select {
	case d := <-done:
		return f.Next(d)
	case <-ctx.Done():
	}
	if f.Screen().Can.Cancel {
		return f.Next(flows.Cancel{})
	}
	select {
	case d := <-done:
		return f.Next(d)
	case <-time.After(lastWait):
	}
	return f
}

// windUp is what Cancel comes to where nobody is asked any more. A session
// that is not wanted is ended at the server. The outcome is zero when the end
// of ctx leaves no time for that.
func windUp(ctx context.Context, f flows.Flow, r flows.Runner) flows.Outcome {
	for {
		if o, over := f.Outcome(); over {
			return o
		}
		t, open := f.Task()
		if !open || f.Screen().Can.Cancel {
			f = f.Next(flows.Cancel{}) // means something wherever no work has to end first
			continue
		}
		f = run(ctx, f, r, t)
		if same, open := f.Task(); open && same.ID == t.ID {
			return flows.Outcome{}
		}
	}
}
