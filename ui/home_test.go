package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

// Whoever quits in the middle of a task is not made to wait for home.
func TestQuittingWithinATaskDoesNotGoHomeFirst(t *testing.T) {
	t.Parallel()
	m := then(t, start(t, flows.Home(flows.Plan{}), 80, 24), homeOfAda, "4", flows.Prepared{Live: ada}, "\x03")
	if o, over := m.flow.Outcome(); !over || o.End != flows.Stopped || !m.interrupted {
		t.Errorf("got %+v, over %t, want it over at once", o, over)
	}
}

func TestHomeTellsEachEndInALine(t *testing.T) {
	t.Parallel()
	lost := &client.Error{Op: "x", Kind: client.Unknown}
	for _, row := range []struct {
		notice error
		want   string
	}{
		{flows.Departed{}, "Signed out, at the server and here."},
		{flows.Departed{Alive: fault(client.Unreachable)}, "could not be told"},
		{flows.Returned{End: flows.Stopped}, "Stopped."},
		{flows.Returned{End: flows.Stopped, Err: lost}, "may have carried it out"},
		{flows.Returned{End: flows.Stopped, Old: fault(client.Unreachable)}, "could not be ended"},
		{flows.Returned{Err: fault(client.Ended)}, "That failed: "},
		{flows.Returned{Err: flows.Stranger}, "That failed: The server signed in somebody else"},
		{flows.Returned{End: flows.Standing, LoginID: ada}, ada + " is signed in already"},
		{flows.Returned{From: flows.ToAddFactor, End: flows.Standing}, "has a second factor"},
		{flows.Returned{End: flows.Entered, LoginID: ada, Missing: flows.NeedMFA}, "without the second factor"},
		{flows.Returned{End: flows.Entered, Missing: flows.NeedStepUp}, "not stepped up"},
		{flows.Returned{End: flows.Entered, Old: fault(client.Unreachable)}, "The session before this one could not"},
	} {
		got, ok := homeNews(row.notice, "postern")
		if !ok || !strings.Contains(got, row.want) || strings.Contains(got, "\n") {
			t.Errorf("%+v: got %q, want %q in one line", row.notice, got, row.want)
		}
	}
	for c := flows.ToSignIn; c < flows.ToSignOut; c++ {
		if got, _ := homeNews(flows.Returned{From: c, End: flows.Entered}, "postern"); got == "" {
			t.Errorf("choice %d has no words for its good end", c)
		}
	}
	if got, ok := homeNews(errors.New("strange"), "postern"); ok {
		t.Errorf("got %q of another notice, want nothing", got)
	}
}

func TestHomeSaysWhenTheSessionIsDue(t *testing.T) {
	t.Parallel()
	m := then(t, start(t, flows.Home(flows.Plan{}), 80, 24), homeOfAda)
	m.now = noon.Add(time.Hour)
	wantText(t, m, "due: it is renewed when it is needed")
}
