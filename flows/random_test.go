package flows

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"postern/client"
)

// TestRandomEventsReachNoIllegalState draws plans and events, sensible ones and
// others: 2,000 sequences, or N with go test ./flows -rapid.checks=N.
func TestRandomEventsReachNoIllegalState(t *testing.T) {
	ends := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t)
		sent := map[int]client.Secret{} // what the task with an ID sends
		refused := map[string]bool{}    // login ID and code
		now := noon
		for range rapid.IntRange(20, 100).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 29, 61}).Draw(t, "seconds")) * time.Second)
			e := drawEvent(t, f, now)
			before, wasOpen := f.Task()
			_, wasOver := f.Outcome()
			next := f.Next(e)
			if wrong := illegal(next); wrong != "" {
				t.Fatalf("%s, %T: %s is illegal: %s", name(f), e, name(next), wrong)
			}
			if next.turn < f.turn || next.turn > f.turn+1 {
				t.Fatalf("turn %d after %d", next.turn, f.turn)
			}
			if wasOver && !same(f, next) {
				t.Fatalf("%T moved a flow that is over to %s", e, name(next))
			}
			if d, ok := e.(Done); ok && (!wasOpen || d.Task != before.ID) && !same(f, next) {
				t.Fatalf("%s: answer to task %d moved to %s", name(f), d.Task, name(next))
			}
			checkSending(t, next, sent, refused)
			learnRefused(e, f, next, refused)
			f = next
		}
		ends[title(f)]++
	})
	t.Log("ended in", ends)
}

// checkSending holds that a task keeps what it sends, and that a refused code
// is not sent again to the same key.
func checkSending(t *rapid.T, f Flow, sent map[int]client.Secret, refused map[string]bool) {
	task, _ := f.Task()
	v, ok := task.Want.(VerifyApp)
	if !ok {
		return
	}
	if was, known := sent[task.ID]; known && was != v.Code {
		t.Fatal("an open task sends another code")
	}
	sent[task.ID] = v.Code
	if _, enrolling := f.Screen().Show.(Scan); !enrolling && refused[v.LoginID+" "+v.Code.Reveal()] {
		t.Fatalf("refused code sent again to %s", v.LoginID)
	}
}

// learnRefused writes down what the server said no to. Another login ID, or
// another key, makes codes new.
func learnRefused(e Event, before, after Flow, refused map[string]bool) {
	task, _ := before.Task()
	v, verifying := task.Want.(VerifyApp)
	_, enrolling := before.Screen().Show.(Scan)
	if d, ok := e.(Done); ok && verifying && !enrolling && after.turn != before.turn {
		if r, ok := d.Result.(Failed); ok {
			switch client.KindOf(r.Err) {
			case client.WrongCode, client.CodeExpired:
				refused[v.LoginID+" "+v.Code.Reveal()] = true
			}
		}
	}
	if before.Screen().LoginID != after.Screen().LoginID || enrolling {
		clear(refused)
	}
}

func drawFlow(t *rapid.T) Flow {
	p := Plan{
		LoginID: rapid.OneOf(rapid.SampledFrom([]string{"", ada, eve, " "}), rapid.String()).Draw(t, "login ID"),
		User: client.NewUser{
			Name:  rapid.SampledFrom([]string{"", "Ada", "A\u202eda"}).Draw(t, "name"),
			Email: rapid.SampledFrom([]string{"", ada, "nobody"}).Draw(t, "email"),
			Phone: rapid.SampledFrom([]string{"", "+15550100", "0100"}).Draw(t, "phone"),
		},
		Details: rapid.Bool().Draw(t, "details"),
		Force:   rapid.Bool().Draw(t, "force"),
	}
	if rapid.Bool().Draw(t, "enroll") {
		return Enroll(p)
	}
	return SignIn(p)
}

func drawEvent(t *rapid.T, f Flow, now time.Time) Event {
	task, open := f.Task()
	verb := rapid.SampledFrom([]string{"submit", "submit", "pick", "back", "cancel", "stale", "done"}).Draw(t, "verb")
	if open && rapid.IntRange(0, 3).Draw(t, "answer") > 0 {
		verb = "done"
	}
	if verb == "cancel" && rapid.IntRange(0, 5).Draw(t, "really") > 0 {
		verb = "submit" // else most sequences are short
	}
	switch verb {
	case "submit":
		return Submit{drawText(t, now), now}
	case "pick":
		return Pick{rapid.IntRange(-1, 4).Draw(t, "pick")}
	case "back":
		return Back{}
	case "cancel":
		return Cancel{}
	case "stale":
		return Done{task.ID + rapid.SampledFrom([]int{-3, -1, 1, 2}).Draw(t, "off"), drawResult(t, task.Want), now}
	}
	return Done{task.ID, drawResult(t, task.Want), now}
}

func drawText(t *rapid.T, now time.Time) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{ada, eve, "", "123456", wrongCode, codeAt(now), codeAt(now.Add(-2 * time.Minute)), "+15550100"}),
		rapid.StringMatching(`[0-9]{6}`),
		rapid.String(),
		rapid.Just(strings.Repeat("1", 5000)),
	).Draw(t, "text")
}

// drawResult mostly draws what fits the request.
func drawResult(t *rapid.T, want Request) Result {
	k := client.Kind(rapid.IntRange(0, int(client.LocalReject)).Draw(t, "kind"))
	bad := []Result{
		Failed{faults[k]}, Failed{faults[client.WrongCode]}, Failed{noStore}, Failed{}, Enrolled{}, SignedIn{}, nil, Kept{}, Revoked{},
	}
	if rapid.IntRange(0, 2).Draw(t, "good") == 0 {
		return rapid.SampledFrom(bad).Draw(t, "result")
	}
	switch want.(type) {
	case Prepare, UseStore:
		return Prepared{rapid.SampledFrom([]string{"", "", ada}).Draw(t, "live")}
	case SignUp:
		return Enrolled{sharedKey}
	case VerifyApp:
		return rapid.SampledFrom([]Result{SignedIn{signedIn()}, SignedIn{stranger}}).Draw(t, "who")
	case Keep:
		return Kept{}
	case Revoke:
		return Revoked{}
	}
	return nil
}
