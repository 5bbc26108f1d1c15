package flows

import (
	"slices"
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
		refused := map[spent]bool{}
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
// is not sent again.
func checkSending(t *rapid.T, f Flow, sent map[int]client.Secret, refused map[spent]bool) {
	task, _ := f.Task()
	v, ok := task.Want.(VerifyCode)
	if p, polls := task.Want.(Poll); polls && (p.After < pollEvery || p.Code.Empty()) {
		t.Fatalf("polls every %s", p.After)
	}
	if !ok {
		return
	}
	if v.Method == client.Link {
		return // asked for as often as somebody presses Enter
	}
	if was, known := sent[task.ID]; known && was != v.Code {
		t.Fatal("an open task sends another code")
	}
	sent[task.ID] = v.Code
	if _, enrolling := f.Screen().Show.(Scan); !enrolling && refused[spent{v.Method, v.Code}] {
		t.Fatalf("refused code sent again: %s %s", v.Method, v.Code.Reveal())
	}
}

// learnRefused writes down what the server said no to. Another login ID, or
// another key, makes codes new, as does another message those of a message.
func learnRefused(e Event, before, after Flow, refused map[spent]bool) {
	task, _ := before.Task()
	v, verifying := task.Want.(VerifyCode)
	_, enrolling := before.Screen().Show.(Scan)
	d, answered := e.(Done)
	if !answered || after.turn == before.turn {
		verifying = false
	}
	if r, failed := d.Result.(Failed); failed && verifying && !enrolling {
		switch client.KindOf(r.Err) {
		case client.WrongCode, client.CodeExpired, client.Denied:
			refused[spent{v.Method, v.Code}] = true
		}
	}
	_, delivered := d.Result.(Delivered)
	for c := range refused {
		another := before.Screen().LoginID != after.Screen().LoginID
		if another || enrolling && c.method == client.TOTP || delivered && after.turn > before.turn && slices.Contains(client.Delivered, c.method) {
			delete(refused, c)
		}
	}
}

func drawFlow(t *rapid.T) Flow {
	method := rapid.SampledFrom(append(methods, "", AnyFactor))
	p := Plan{
		LoginID: rapid.OneOf(rapid.SampledFrom([]string{"", ada, eve, " ", "+15550100"}), rapid.String()).Draw(t, "login ID"),
		User: client.NewUser{
			Name:  rapid.SampledFrom([]string{"", "Ada", "A\u202eda"}).Draw(t, "name"),
			Email: rapid.SampledFrom([]string{"", ada, "nobody"}).Draw(t, "email"),
			Phone: rapid.SampledFrom([]string{"", "+15550100", "0100"}).Draw(t, "phone"),
		},
		Details:    rapid.Bool().Draw(t, "details"),
		Force:      rapid.Bool().Draw(t, "force"),
		Method:     method.Draw(t, "method"),
		OrSignUp:   rapid.Bool().Draw(t, "or sign up"),
		MFA:        method.Draw(t, "second"),
		RequireMFA: rapid.Bool().Draw(t, "require"),
	}
	if begin := rapid.SampledFrom([]func(Plan) Flow{Enroll, SignIn, SecondFactor, StepUp, Replace, Home, Reset, ChangePassword, RecoveryCodes, nil}).Draw(t, "task"); begin != nil {
		return begin(p)
	}
	return Answer(p, Pending{
		Method: rapid.SampledFrom(slices.Concat(client.Delivered, client.Magic)).Draw(t, "sent by"), LoginID: rapid.SampledFrom([]string{ada, eve}).Draw(t, "sent to"),
		MFA: rapid.Bool().Draw(t, "to add"), StepUp: rapid.Bool().Draw(t, "to raise"), Sent: mailed.Sent,
		Purpose: client.Purpose(rapid.IntRange(0, 2).Draw(t, "purpose")),
	})
}

func drawEvent(t *rapid.T, f Flow, now time.Time) Event {
	task, open := f.Task()
	verb := rapid.SampledFrom([]string{
		"submit", "submit", "pick", "pick", "back", "cancel", "stale", "done", "resend", "another", "lost",
	}).Draw(t, "verb")
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
		return Pick{rapid.IntRange(-1, 9).Draw(t, "pick")}
	case "back":
		return Back{}
	case "resend":
		return Resend{now}
	case "another":
		return Another{}
	case "lost":
		return Lost{}
	case "cancel":
		return Cancel{}
	case "stale":
		return Done{task.ID + rapid.SampledFrom([]int{-3, -1, 1, 2}).Draw(t, "off"), drawResult(t, task.Want), now}
	}
	return Done{task.ID, drawResult(t, task.Want), now}
}

func drawText(t *rapid.T, now time.Time) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			ada, eve, "", "123456", mailCode, wrongCode, magicURL, magicToken, password, onPaper, codeAt(now), codeAt(now.Add(-2 * time.Minute)), "+15550100",
		}),
		rapid.StringMatching(`[0-9]{6}`),
		rapid.String(),
		rapid.Just(strings.Repeat("1", 5000)),
	).Draw(t, "text")
}

// drawResult mostly draws what fits the request.
func drawResult(t *rapid.T, want Request) Result {
	k := client.Kind(rapid.IntRange(0, int(client.PasswordExpired)).Draw(t, "kind"))
	bad := []Result{
		Failed{faults[k]}, Failed{faults[client.WrongCode]}, Failed{noStore}, Failed{}, Failed{methodClosed}, Failed{Wait{time.Second}},
		Enrolled{}, SignedIn{}, Present{}, nil, Kept{}, Revoked{}, mailed,
	}
	if rapid.IntRange(0, 2).Draw(t, "good") == 0 {
		return rapid.SampledFrom(bad).Draw(t, "result")
	}
	switch want.(type) {
	case Prepare, UseStore:
		return Prepared{rapid.SampledFrom([]string{"", "", ada}).Draw(t, "live")}
	case Current:
		return rapid.SampledFrom([]Result{
			Present{signedIn(), reachable}, Present{signedIn(), appless}, Present{actors().mail, alone}, Present{actors().mail, appless}, Present{actors().both, nil},
		}).Draw(t, "present")
	case SignUp, NewKey:
		return Enrolled{sharedKey}
	case LearnPolicy:
		return Learned{rapid.SampledFrom([]client.PasswordPolicy{{}, policy}).Draw(t, "policy")}
	case SetPassword:
		return PasswordSet{}
	case ResetPassword:
		return rapid.SampledFrom([]ResetSent{mailedReset, mailedLink}).Draw(t, "mail")
	case MakeCodes:
		return rapid.SampledFrom([]CodesMade{{}, {Codes: sharedCodes}, {sharedCodes, errOld}}).Draw(t, "codes")
	case SendCode:
		return Delivered{mailed.Sent, noon.Add(time.Minute)}
	case Poll:
		if rapid.IntRange(0, 2).Draw(t, "opened") > 0 {
			return Failed{faults[rapid.SampledFrom([]client.Kind{client.Pending, client.Pending, client.Unknown, client.RateLimited}).Draw(t, "not yet")]}
		}
		return SignedIn{actors().mail}
	case VerifyCode, SignUpPassword, ReplacePassword:
		c := actors()
		return SignedIn{rapid.SampledFrom([]*client.Session{c.app, c.mail, c.both, c.stepped, c.all, c.lone, c.fresh, stranger}).Draw(t, "who")}
	case Pause:
		return Paused{}
	case Keep:
		return Kept{}
	case Revoke:
		return Revoked{}
	case Survey:
		return rapid.SampledFrom([]Surveyed{seenAda, seenBoth, seenNobody}).Draw(t, "seen")
	case SignOut:
		return SignedOut{}
	}
	return nil
}
