package ui

import (
	"context"
	"time"

	"postern/flows"
)

// run does a task without a screen. late is called once when it takes longer
// than so long. When ctx ends first, work that can be
// cancelled is; the rest, a session to be stored or ended, gets lastWait. It is
// given up then, and must not be begun again: ended is false.
func run(ctx context.Context, f flows.Flow, r flows.Runner, t flows.Task, long time.Duration, late func()) (next flows.Flow, ended bool) {
	tctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	done := make(chan flows.Done, 1)
	go func() { done <- r.Run(tctx, t) }()
	wait := time.NewTimer(long)
	defer wait.Stop()
	for waiting := true; waiting; {
		select {
		case d := <-done:
			return f.Next(d), true
		case <-wait.C:
			late()
		case <-ctx.Done():
			waiting = false
		}
	}
	if f.Screen().Can.Cancel {
		return f.Next(flows.Cancel{}), true
	}
	select {
	case d := <-done:
		return f.Next(d), true
	case <-time.After(lastWait):
	}
	return f, false
}

// unsaid is for work that nobody waits for with us.
func unsaid() {}

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
		var ended bool
		if f, ended = run(ctx, f, r, t, moment, unsaid); !ended {
			return flows.Outcome{}
		}
	}
}
