package cli

import (
	"context"
	"fmt"

	"postern/client"
	"postern/flows"
	"postern/keychain"
)

// The stores by name.
const (
	storeAuto    = "auto"
	storeKeyring = "keyring"
	storeKernel  = "kernel"
	storeNone    = "none"
)

var storeNames = []string{storeAuto, storeKeyring, storeKernel, storeNone}

// keeper is where a flow's session goes. It satisfies flows.Keeper.
type keeper struct {
	place   *place
	account *client.Account
	store   string
	pinErr  error // the session is stored, but the choice could not be remembered
}

func newKeeper(p *place) *keeper {
	k := &keeper{place: p}
	k.account, k.store = p.current()
	return k
}

// Prepare implements flows.Keeper. Nothing falls back by itself: a keyring
// that is locked, or was used before, is an error, and only where there never
// was one does the person choose another place.
func (k *keeper) Prepare(ctx context.Context) (live string, err error) {
	if err := k.account.Ready(ctx); err != nil {
		asked := k.place.store.value != storeAuto || k.place.state.Stores[k.place.profile.value] != ""
		if keychain.StateOf(err) != keychain.Absent || asked {
			return "", err
		}
		return "", &flows.NoStore{Options: k.place.options(ctx), Err: err}
	}
	return k.live(ctx)
}

// options are the other places that work here.
func (p *place) options(ctx context.Context) []flows.Store {
	var o []flows.Store
	if p.kernel.Ready(ctx) == nil {
		o = append(o, flows.Kernel)
	}
	return append(o, flows.None)
}

// live says who is signed in. A session that may be alive counts as one: only
// the server's word, or its end, makes it nobody's.
func (k *keeper) live(ctx context.Context) (string, error) {
	st, err := k.account.Standing(ctx)
	switch client.KindOf(err) {
	case client.NotSignedIn:
		return "", nil
	case client.StoreFailed:
		return "", err
	}
	if err == nil && st.Session != nil {
		return st.LoginID, nil
	}
	_, err = k.account.Session(ctx, 0)
	if kind := client.KindOf(err); err != nil && (kind == client.Ended || kind == client.NotSignedIn) {
		return "", nil
	}
	return st.LoginID, nil
}

// Use implements flows.Keeper.
func (k *keeper) Use(_ context.Context, s flows.Store) error {
	switch s {
	case flows.Kernel:
		k.store = storeKernel
	case flows.None:
		k.store = storeNone
	default:
		return fmt.Errorf("unknown store %q", s)
	}
	k.place.store = setting{k.store, "your choice"}
	k.account = k.place.account(k.store)
	return nil
}

// Keep implements flows.Keeper.
func (k *keeper) Keep(ctx context.Context, s *client.Session) (old, err error) {
	old, err = k.account.Keep(ctx, s)
	if err == nil {
		k.pinErr = k.place.entered(k.store)
	}
	return old, err
}

// Current implements flows.Keeper.
func (k *keeper) Current(ctx context.Context) (*client.Session, error) {
	s, err := k.account.Session(ctx, 0)
	if err == nil && s.ByKey() {
		return nil, noPerson()
	}
	return s, err
}

// KeepStepUp implements flows.Keeper.
func (k *keeper) KeepStepUp(ctx context.Context, s *client.Session, gained bool) error {
	return k.account.KeepStepUp(ctx, s, gained)
}
