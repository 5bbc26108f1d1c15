package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"postern/client"
	"postern/keychain"
	"postern/ui"
)

// recordWait is for the harmless record: a test waits for nobody's lock as long
// as a refresh does.
const recordWait = 5 * time.Second

// directories are those of this program. Only the state directory keeps what
// others must not write to; the store refuses it then.
func (d *doctor) directories(p paths) {
	home := d.getenv("HOME")
	var fine, unsafe []ui.Postable
	exit := exitOK
	for _, dir := range []struct {
		path        string
		usual, what ui.Postable
		exit        int
	}{
		{p.config, ".config", "the configuration directory", exitConfig},
		{p.state, ".local/state", "the state directory", exitStore},
		{p.cache, ".cache", "the cache directory", exitStore},
	} {
		place := ui.Place(dir.path, home, dir.usual, dir.what)
		info, err := os.Lstat(dir.path)
		if errors.Is(err, fs.ErrNotExist) {
			fine = append(fine, ui.DirectoryNotYet(place))
			continue
		}
		if err == nil {
			place = ui.Directory(place, ui.Mode(uint32(info.Mode().Perm())))
		}
		if err = errors.Join(err, keychain.CheckDir(dir.path)); err == nil {
			fine = append(fine, place)
			continue
		}
		if unsafe = append(unsafe, place); exit == exitOK {
			exit = dir.exit
		}
	}
	if len(unsafe) > 0 {
		d.fail("directories", ui.UnsafeDirectories(unsafe), exit)
		return
	}
	d.ok("directories", ui.Directories(fine))
}

// storage are the stores, and what is kept in the one in use.
func (d *doctor) storage(ctx context.Context, p *place) {
	if p == nil {
		d.skip(ui.LeftOutEarlier, "store", "other stores", "record", "session")
		return
	}
	chosen := p.chosen()
	fact := p.storeFact(ctx, chosen.value)
	state := fact.State
	name, by, word := storeWord(chosen.value), source(chosen.from), stateWord(state)
	ready := state == keychain.Ready.String()
	switch {
	case ready:
		d.ok("store", ui.ChosenStore(name, by, word))
	case state == keychain.Absent.String() && !p.asked():
		d.warn("store", ui.NoneChosen())
	case state == keychain.Locked.String() && chosen.value == storePassphrase && !fact.Session:
		d.warn("store", ui.ChosenEmpty(name, by, word))
	default:
		d.fail("store", ui.ChosenFails(name, by, word), exitStore)
	}
	var others []ui.Postable
	for _, store := range keeping {
		if store != chosen.value && (store != storeKeyFile || p.keyFile != nil) {
			others = append(others, ui.StoreState(storeWord(store), stateWord(p.storeFact(ctx, store).State)))
		}
	}
	d.ok("other stores", ui.OtherStores(others))
	switch {
	case chosen.value == storeNone:
		d.skip(ui.LeftOutMemory, "record", "session")
	case !ready:
		d.skip(ui.LeftOutLocked, "record", "session")
	default:
		d.record(ctx, p, p.raw(chosen.value))
		d.session(ctx, p)
	}
}

func (d *doctor) record(ctx context.Context, p *place, v client.Vault) {
	ctx, cancel := context.WithTimeout(ctx, recordWait)
	defer cancel()
	begun, last := time.Now(), ""
	err := p.tryStore(ctx, v, func(step string, _ time.Duration, _ error) { last = step })
	if err != nil {
		d.fail("record", ui.RecordFailed(ui.OneOf(last, "-", "ready", "lock", "write", "read", "delete", "gone")), exitStore)
		return
	}
	d.ok("record", ui.RecordMade(time.Since(begun)))
}

func (d *doctor) session(ctx context.Context, p *place) {
	account, _ := p.current()
	st, err := account.Standing(ctx)
	switch {
	case err != nil && client.KindOf(err) == client.NotSignedIn:
		d.ok("session", ui.NobodyHere)
		return
	case err != nil:
		d.fail("session", ui.SessionBroken, exitStore)
		return
	}
	left := func(at time.Time) time.Duration {
		if at.IsZero() {
			return 0
		}
		return max(at.Sub(p.client.Now()), 0)
	}
	var token time.Duration
	factors := 0
	if st.Session != nil {
		token, factors = left(st.Session.Claims().Expires), len(st.Session.Claims().Factors)
	}
	f := ui.SessionHere(token, left(st.RefreshBy), factors, st.Spending)
	if st.Spending {
		d.warn("session", f)
		return
	}
	d.ok("session", f)
}

func storeWord(store string) ui.Postable {
	return ui.OneOf(store, "unknown", "keyring", "kernel", "passphrase", "keyfile", "none")
}

func stateWord(state string) ui.Postable {
	return ui.OneOf(state, "unknown", "ready", "locked", "waiting", "absent", "broken")
}
