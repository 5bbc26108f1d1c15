package cli

import (
	"context"
	"errors"

	"postern/client"
	"postern/flows"
	"postern/keychain"
)

// signInMends reports whether a person could mend an error by signing in.
func signInMends(err error) bool {
	kind := client.KindOf(err)
	return err != nil && (kind == client.NotSignedIn || kind == client.Ended)
}

// orSignIn gets a session, and lets a person sign in where there is none: at a
// terminal that this process may read from, and not in CI. Of several processes
// one asks; the others wait for it, and take what it got.
func (a *app) orSignIn(ctx context.Context, p *place, get func() (*client.Session, error)) (*client.Session, error) {
	s, err := get()
	if !signInMends(err) || a.getenv("CI") != "" {
		return s, err
	}
	tty := a.openTerminal()
	if tty == nil {
		return s, err
	}
	tty.close()
	unlock, lockErr := p.askAlone(ctx)
	if lockErr != nil {
		return nil, lockErr
	}
	defer unlock()
	if s, err = get(); !signInMends(err) {
		return s, err
	}
	if err := a.guided(ctx, errand{begin: flows.SignIn, inside: true}); err != nil {
		return nil, err
	}
	return get()
}

// askAlone waits, as long as a person may take, until no other process asks.
func (p *place) askAlone(ctx context.Context) (unlock func(), err error) {
	return p.aloneFor(ctx, "ask-")
}

func (p *place) aloneFor(ctx context.Context, what string) (unlock func(), err error) {
	for {
		unlock, err = p.keyring.Lock(ctx, what+p.accountID())
		var held *keychain.HeldError
		if !errors.As(err, &held) || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return nil, &client.Error{Op: "lock", Kind: client.StoreFailed, Err: err}
	}
	return unlock, nil
}
