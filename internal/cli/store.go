package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"postern/client"
	"postern/flows"
	"postern/keychain"
	"postern/ui"
)

// The stores by name, as flows has them.
const (
	storeAuto       = "auto"
	storeKeyring    = string(flows.Keyring)
	storeKernel     = string(flows.Kernel)
	storePassphrase = string(flows.Passphrase)
	storeKeyFile    = string(flows.KeyFile)
	storeNone       = string(flows.None)
)

var storeNames = []string{storeAuto, storeKeyring, storeKernel, storePassphrase, storeKeyFile, storeNone}

// keeper is where a flow's session goes. It satisfies flows.Keeper, and is a
// flows.Unlocker and a flows.Mender.
type keeper struct {
	place   *place
	account *client.Account
	store   string
	over    bool  // a damaged record may give way
	pinErr  error // the session is stored, but the choice could not be remembered
	before  string
	held    *client.Session // the one that is in the store, where that is known
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
		if keychain.StateOf(err) != keychain.Absent || k.place.asked() {
			return "", k.place.trouble(err)
		}
		return "", &flows.NoStore{Options: k.place.options(ctx, k.store), Where: k.place.where, Err: err}
	}
	return k.live(ctx)
}

// asked reports whether somebody chose a store.
func (p *place) asked() bool {
	return p.store.value != storeAuto || p.state.Stores[p.profile.value] != ""
}

// options are the places that work here, but for one.
func (p *place) options(ctx context.Context, but string) []flows.Store {
	var o []flows.Store
	for _, name := range []string{storeKeyring, storeKernel, storePassphrase, storeKeyFile} {
		if name == but || p.sealed(name) == nil && name != storeKeyring {
			continue
		}
		if err := p.raw(name).Ready(ctx); err == nil || errors.Is(err, keychain.ErrPassphraseNeeded) {
			o = append(o, flows.Store(name))
		}
	}
	if but == storeNone {
		return o
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
		if k.over && damagedRecord(err) {
			return "", nil
		}
		return "", k.place.trouble(err)
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
	if s == storeAuto || !slices.Contains(storeNames, string(s)) {
		return fmt.Errorf("unknown store %q", s)
	}
	k.store = string(s)
	k.place.store = setting{k.store, "your choice"}
	k.account = k.place.account(k.store)
	return nil
}

// Unlock implements flows.Unlocker.
func (k *keeper) Unlock(ctx context.Context, passphrase client.Secret) error {
	err := k.place.unlock(ctx, passphrase)
	if errors.Is(err, keychain.ErrPassphrase) {
		return flows.WrongPassphrase
	}
	return k.place.troubleOf(storePassphrase, err)
}

// Overlook implements flows.Mender.
func (k *keeper) Overlook(context.Context) error {
	k.over, k.account = true, k.account.Over(damagedRecord)
	return nil
}

// damagedRecord reports whether a record is lost, and a new one may take its
// place. What was sealed with another key, or is of a newer version, is not.
func damagedRecord(err error) bool {
	return errors.Is(err, keychain.ErrDamaged) && !errors.Is(err, keychain.ErrKeyDamaged)
}

// Keep implements flows.Keeper. Every way in ends here, so that none goes around
// what the profile requires. What is stored already may be raised step by step.
func (k *keeper) Keep(ctx context.Context, s *client.Session) (old, err error) {
	if !k.place.enough(s) && !s.Raises(k.held) {
		return nil, notKept()
	}
	old, err = k.account.Keep(ctx, s)
	switch client.KindOf(err) {
	case client.StoreFailed:
		return nil, flows.NotStored{Options: k.place.options(ctx, k.store), Err: err}
	case client.NotKept:
		return nil, err
	}
	if err == nil {
		k.held = s
		k.before = k.place.state.Stores[k.place.profile.value]
		k.pinErr = errors.Join(k.place.entered(k.store), k.place.unbegin())
	}
	return old, err
}

// Current implements flows.Keeper.
func (k *keeper) Current(ctx context.Context) (*client.Session, error) {
	s, err := k.account.Session(ctx, 0)
	if err == nil && s.ByKey() {
		return nil, noPerson()
	}
	k.held = s
	return s, k.place.trouble(err)
}

// KeepStepUp implements flows.Keeper.
func (k *keeper) KeepStepUp(ctx context.Context, s *client.Session, gained bool) error {
	err := k.account.KeepStepUp(ctx, s, gained)
	if err == nil {
		k.held = s
	}
	return err
}

// moved is what is said of a sign-in that changed the store, "" for nothing.
func (k *keeper) moved() string {
	if k.before == "" || k.before == k.store || k.store == storeNone {
		return ""
	}
	return ui.SayStoreChanged(k.before, k.store)
}

// trouble says of a store's error what can be done about it.
func (p *place) trouble(err error) error { return p.troubleOf(p.chosen().value, err) }

func (p *place) troubleOf(store string, err error) error {
	var e *keychain.Error
	switch {
	case errors.Is(err, keychain.ErrPassphraseNeeded) && !errors.Is(err, errCancelled) && !errors.Is(err, ui.ErrInterrupted):
		return &flows.PassphraseNeeded{Create: errors.Is(err, keychain.ErrPassphraseNew), Err: err}
	case damagedRecord(err):
		return &flows.Damaged{Err: err}
	case errors.Is(err, keychain.ErrUnsafe): // it says what, and what mends it
		return err
	case !errors.As(err, &e) || e.State == keychain.Ready || e.State == keychain.Broken && !errors.Is(err, keychain.ErrKeyDamaged):
		return err
	}
	named := store != p.state.Stores[p.profile.value]
	return &ui.StoreTrouble{Store: store, State: e.State.String(), Where: p.where, Named: named, Err: err}
}
