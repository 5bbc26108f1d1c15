package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/client"
	"postern/ui"
)

// session returns the account and its session, renewed when it is due. A
// second factor that was lost with that is said. A signal ends the command only
// when what was renewed is stored.
func (a *app) session(ctx context.Context, p *place, atLeast time.Duration) (*client.Account, *client.Session, error) {
	account, _ := p.current()
	s, err := a.toItsEnd(ctx, func() (*client.Session, error) { return account.Session(ctx, atLeast) })
	if err != nil {
		return nil, nil, p.unpinned(err)
	}
	return account, s, nil
}

// toItsEnd does what a signal does not cut short. Afterwards the signal counts,
// and what was brought home is stored but not given out.
func (a *app) toItsEnd(ctx context.Context, renew func() (*client.Session, error)) (*client.Session, error) {
	finished := a.sayFinishing(ctx)
	s, err := renew()
	finished()
	if err != nil {
		return nil, err
	}
	if asked := context.Cause(ctx); asked != nil {
		return nil, asked
	}
	a.sayLost(s)
	return s, nil
}

// sayShort tells that a token ends sooner than was asked for, where there is none
// that does not.
func (a *app) sayShort(p *place, s *client.Session, atLeast time.Duration) {
	if left := s.Claims().Expires.Sub(p.client.Now()); left < atLeast {
		a.news(fmt.Sprintf("Warning: the token is valid for %s only, not for %s: the project gives none that lasts longer.", left.Truncate(time.Second), atLeast))
	}
}

// finishingSaid is how long a signal may go unheeded without a word.
const finishingSaid = time.Second

// sayFinishing tells whoever asks the command to end why it does not yet,
// until it is stopped.
func (a *app) sayFinishing(ctx context.Context) (stop func()) {
	over := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(finishingSaid):
			a.news(ui.SaidFinishing)
		case <-over:
		}
	})
	return func() { unwatch(); close(over) }
}

// live is where a command begins that asks the server about the person who is
// signed in.
func (a *app) live(ctx context.Context) (*place, *client.Account, *client.Session, error) {
	p, err := a.openForData()
	if err != nil {
		return nil, nil, nil, err
	}
	account, s, err := a.session(ctx, p, 0)
	return p, account, s, err
}

func (a *app) sayLost(s *client.Session) {
	if s.LostMFA() {
		a.news(ui.SayLostMFA(a.called))
	}
}

func notSteppedUp(err error) error {
	return &problem{
		exit: exitFactor, what: "There is no stepped-up session, or it ends too soon.",
		do: "Step up", next: []string{"stepup"}, err: err,
	}
}

// steppedUp returns the account's stepped-up session. It cannot be renewed, so
// one that does not last is as good as none.
func (p *place) steppedUp(ctx context.Context, atLeast time.Duration) (*client.Session, error) {
	account, _ := p.current()
	s, err := account.SteppedUp(ctx, 0)
	if err == nil && s.Claims().Expires.Sub(p.client.Now()) < atLeast {
		err = &client.Error{Op: "step-up", Kind: client.FactorNeeded, Err: errors.New("it ends sooner")}
	}
	if errors.Is(err, client.FactorNeeded) {
		return nil, notSteppedUp(err)
	}
	return s, p.unpinned(err)
}

func wrongAudience(want []string) error {
	return &problem{
		exit: exitSecurity, what: fmt.Sprintf("The session token is not for audience %q.", strings.Join(want, ", ")),
		do: "Ask whoever runs the project to name it in its tokens. What they name now", next: []string{"inspect"},
	}
}

// said marks the object of a --json run as the sandbox's or not.
func (p *place) said(fields map[string]any) map[string]any {
	fields["sandbox"] = p.sandbox != nil
	return fields
}
