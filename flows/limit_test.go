package flows

import (
	"context"
	"testing"
	"time"

	"postern/client"
)

var oneCode = Task{1, SendCode{client.Send{Method: client.SMS, LoginID: ada}}}

func TestWithoutALimiterACodeIsSent(t *testing.T) {
	w := &world{}
	got := Runner{Auth: w, Keep: w}.Run(t.Context(), oneCode).Result
	if want := (Delivered{Sent: mailed.Sent}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// strict is a Limiter that says no, and can take a message off its count.
type strict struct {
	no       error
	forgiven int
}

func (l *strict) Allow(context.Context, client.Send) (time.Time, error) { return time.Time{}, l.no }
func (l *strict) Forgive(context.Context, client.Send)                  { l.forgiven++ }

func TestTooEarlyNothingIsSent(t *testing.T) {
	w := &world{}
	got := Runner{Auth: w, Keep: w, Limit: &strict{no: Wait{time.Second}}}.Run(t.Context(), oneCode).Result
	if want := (Failed{Wait{time.Second}}); got != want || len(w.asked) > 0 {
		t.Errorf("got %+v after %q, want %+v after nothing", got, w.asked, want)
	}
}

func TestOnlyAMessageThatWasNeverSentIsForgiven(t *testing.T) {
	never := map[client.Kind]bool{
		client.Unreachable: true, client.LocalReject: true, client.UserExists: true, client.UserUnknown: true,
	}
	for k, err := range faults {
		l := &strict{}
		w := &world{err: err}
		Runner{Auth: w, Keep: w, Limit: l}.Run(t.Context(), oneCode)
		if got := l.forgiven == 1; got != never[k] {
			t.Errorf("%v: forgiven %t, want %t", k, got, never[k])
		}
	}
	for _, row := range []struct {
		err  error
		want int
	}{{nil, 0}, {&client.Error{Kind: client.Unavailable, NotSent: true}, 1}} {
		l := &strict{}
		w := &world{err: row.err}
		Runner{Auth: w, Keep: w, Limit: l}.Run(t.Context(), oneCode)
		if l.forgiven != row.want {
			t.Errorf("%v: forgiven %d times, want %d", row.err, l.forgiven, row.want)
		}
	}
}
