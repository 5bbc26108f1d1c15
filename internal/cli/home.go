package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/term"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// home is the program by itself: for a person a screen that the tasks come back
// to, else the status.
func (a *app) home(ctx context.Context) error {
	if a.flags.json || !a.facesPerson() {
		return a.status(ctx)
	}
	return a.guided(ctx, errand{begin: flows.Home, home: true})
}

// facesPerson reports whether there is somebody to ask, and nobody waits for
// data at the end of a pipe.
func (a *app) facesPerson() bool {
	out, file := a.stdout.(*os.File)
	if !file || !term.IsTerminal(int(out.Fd())) {
		return false
	}
	tty := a.openTerminal()
	if tty == nil {
		return false
	}
	tty.close()
	return true
}

// left ends a stay at home. What was done there was told there; err is why the
// screen went away by itself.
func (a *app) left(ctx context.Context, k *keeper, out flows.Outcome, err error) error {
	if k.store == storeNone {
		_, failed := k.SignOut(context.WithoutCancel(ctx)) // it was to live for this run only
		if failed != nil && client.KindOf(failed) != client.NotSignedIn {
			err = errors.Join(err, failed)
		}
	}
	if k.pinErr != nil {
		a.news(ui.SayNotRemembered(k.pinErr))
	}
	switch {
	case err != nil:
		return err
	case out.End == flows.Left:
		return nil
	case out.End == flows.Stopped:
		return passedOn{exitCancelled} // "nothing was stored" would not be true of the whole stay
	}
	return unfinished(out)
}

// Survey implements flows.Householder.
func (k *keeper) Survey(ctx context.Context) (flows.Surveyed, error) {
	seen := flows.Surveyed{Store: k.store, Begun: k.place.begun()}
	st, err := k.account.Standing(ctx)
	switch err = k.place.unpinned(err); {
	case client.KindOf(err) == client.NotSignedIn:
		return seen, nil
	case errors.As(err, new(*flows.Damaged)):
		seen.Damaged = true
		return seen, nil
	}
	if err != nil {
		return flows.Surveyed{}, err
	}
	if st.Session == nil { // due, or over: only the server knows
		s, err := k.account.Session(ctx, 0)
		if kind := client.KindOf(err); err != nil && (kind == client.Ended || kind == client.NotSignedIn) {
			return seen, nil
		}
		if err == nil {
			st.Session = s
		}
	}
	seen.SignedIn, seen.LoginID, seen.Name = true, st.LoginID, st.Name
	ahead := time.Until(k.place.client.Now()) // the server's clock, which the times are of
	if !st.RefreshBy.IsZero() {
		seen.Until = st.RefreshBy.Add(-ahead)
	}
	if st.Session != nil {
		seen.SessionUntil, seen.Factors = st.Session.Claims().Expires.Add(-ahead), st.Session.Claims().Factors
	}
	return seen, nil
}

// SignOut implements flows.Householder.
func (k *keeper) SignOut(ctx context.Context) (alive, err error) {
	bye, err := k.account.Forget(ctx, false)
	if err = k.place.unpinned(err); err != nil {
		return nil, err
	}
	if bye.Local != nil {
		return nil, errors.Join(bye.Local, bye.Server)
	}
	return bye.Server, nil
}
