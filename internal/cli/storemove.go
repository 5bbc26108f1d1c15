package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/keychain"
	"postern/ui"
)

func (a *app) storeSetCommand() *cobra.Command {
	var force, create bool
	cmd := &cobra.Command{
		Use:   "set STORE",
		Short: "Choose the store of this profile from now on",
		Long: `Choose the store of this profile from now on; auto takes back the choice. While
a session lies in another store that is refused: "store migrate" moves it. With
--force a session that cannot be reached is left where it is.

  postern store set kernel
  postern store set keyfile --store-key-file ~/keys/postern.key --create`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.storeSet(cmd.Context(), args, force, create) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "leave a session where it is")
	cmd.Flags().BoolVar(&create, "create", false, "with keyfile: make a new key file, for you only")
	return cmd
}

func (a *app) storeSet(ctx context.Context, args []string, force, create bool) error {
	p, store, err := a.storeArg(args, append([]string{storeAuto}, keeping...)...)
	if err != nil {
		return err
	}
	if create && store != storeKeyFile {
		return errCreate
	}
	if err := p.free(ctx, store, force, create); err != nil {
		return err
	}
	if create {
		if err := p.createKeyFile("set"); err != nil {
			return err
		}
	}
	if store != storeAuto {
		err := p.raw(store).Ready(ctx)
		if state := keychain.StateOf(err); state == keychain.Absent || state == keychain.Broken {
			return p.storeError("set", store, err)
		}
	}
	err = p.remember(func(f *stateFile) {
		if f.pin(p.settings, store); store == storeAuto {
			delete(f.Stores, p.profile.value)
		}
	})
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"profile": p.profile.value, "store": store}))
	}
	a.news(ui.SayStoreSet(p.profile.value, store))
	if p.overrules(store) {
		a.news(ui.SayOverridden(p.lasting.from))
	}
	return nil
}

var errCreate = usageError{errors.New("--create is for the store keyfile")}

// createKeyFile makes the key file that is named.
func (p *place) createKeyFile(op string) error {
	path := p.settings.keyFile.value
	err := keychain.CreateKeyFile(path)
	if errors.Is(err, fs.ErrExist) {
		return &problem{
			exit: exitStore, what: fmt.Sprintf("%s: the file exists, and is not replaced.", client.Clean(path)),
			do: "To use the key in it, leave out --create.", err: err,
		}
	}
	if err != nil {
		return p.storeError(op, storeKeyFile, err)
	}
	return nil
}

// overrules reports whether a variable or the profile names a store
// that wins over another one that is remembered.
func (p *place) overrules(store string) bool {
	return p.lasting.value != "" && p.lasting.value != storeAuto && p.lasting.value != store
}

// free makes sure that no session lies in another store than the one that is
// chosen: it would be forgotten there.
func (p *place) free(ctx context.Context, store string, force, create bool) error {
	for _, other := range keeping {
		if other == store || force {
			continue
		}
		there, err := p.holds(ctx, other)
		if err != nil && other == p.state.Stores[p.profile.value] {
			return &problem{
				exit: exitStore, err: err,
				what: fmt.Sprintf("A session of profile %s may lie in %s, which cannot be looked at now.", p.profile.value, ui.StoreWords(other)),
				do:   "Make it reachable, or add --force to leave the session where it is.",
			}
		}
		if there {
			return &problem{
				exit: exitConflict, what: fmt.Sprintf("A session of profile %s lies in %s.", p.profile.value, ui.StoreWords(other)),
				do: "Move it", next: p.migrating(store, create),
			}
		}
	}
	return nil
}

// migrating is the command that moves the session.
func (p *place) migrating(store string, create bool) []string {
	next := []string{"store", "migrate", store}
	if path := p.settings.keyFile; store == storeKeyFile && path.value != p.state.KeyFiles[p.profile.value] {
		next = append(next, "--store-key-file", path.value)
	}
	if create {
		next = append(next, "--create")
	}
	return next
}

func (a *app) storeMigrateCommand() *cobra.Command {
	var create bool
	cmd := &cobra.Command{
		Use:   "migrate STORE",
		Short: "Move the session of this profile to another store",
		Long: `Move the session of this profile to another store, and use that from now on. It
is written there and read back before the choice changes, and removed from the
old one last: whatever happens, one readable copy is left.

  postern store migrate passphrase
  postern store migrate keyfile --store-key-file ~/keys/postern.key --create`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.storeMigrate(cmd.Context(), args, create) },
	}
	cmd.Flags().BoolVar(&create, "create", false, "with keyfile: make a new key file, for you only")
	return cmd
}

func (a *app) storeMigrate(ctx context.Context, args []string, create bool) error {
	p, to, err := a.storeArg(args, keeping...)
	if err != nil {
		return err
	}
	if create && to != storeKeyFile {
		return errCreate
	}
	if p.overrules(to) {
		return &problem{
			exit: exitConfig, what: fmt.Sprintf("%s says %s, and would win over the move.", p.lasting.from, p.lasting.value),
			do: "Take it away, or name the new store there, and try again.",
		}
	}
	from := p.state.Stores[p.profile.value]
	if from == "" {
		from = p.chosen().value
	}
	if from == to {
		return &problem{exit: exitConflict, what: fmt.Sprintf("The session is kept in %s already.", ui.StoreWords(to)), do: "See", next: []string{"store", "status"}}
	}
	if create {
		if _, err := p.account(from).Standing(ctx); err != nil { // a key of nothing is not made
			return p.unpinned(err)
		}
		if err := p.createKeyFile("migrate"); err != nil {
			return err
		}
	}
	left, err := p.move(ctx, from, to)
	if err != nil {
		return err
	}
	if left != nil {
		a.news(ui.SayStoreLeft(from, a.called))
		return p.storeError("migrate", from, left)
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"profile": p.profile.value, "from": from, "store": to}))
	}
	a.news(ui.SayStoreMoved(from, to))
	return nil
}

// move takes the session from one store to another, under the account's lock,
// which is the same for both. left is why a copy stayed behind.
func (p *place) move(ctx context.Context, from, to string) (left, err error) {
	old, dest, account := p.vault(from), p.vault(to), p.accountID()
	if err := dest.Ready(ctx); err != nil { // a person may be asked: before the lock is held
		return nil, p.storeError("migrate", to, err)
	}
	if _, err := p.account(from).Standing(ctx); err != nil {
		return nil, p.unpinned(err)
	}
	unlock, err := old.Lock(ctx, account)
	if err != nil {
		return nil, p.storeError("migrate", from, err)
	}
	defer unlock()
	record, err := old.Load(ctx, account)
	if err != nil {
		return nil, p.storeError("migrate", from, err)
	}
	if err := dest.Save(ctx, account, record); err != nil {
		return nil, p.storeError("migrate", to, err)
	}
	back, err := dest.Load(ctx, account)
	if err == nil && !bytes.Equal(back, record) {
		err = errors.New("another record came back")
	}
	if err == nil {
		err = p.remember(func(f *stateFile) { f.pin(p.settings, to) })
	}
	if err != nil {
		return nil, p.storeError("migrate", to, errors.Join(err, dest.Delete(context.WithoutCancel(ctx), account)))
	}
	if st, err := p.account(to).Standing(ctx); err == nil && !st.RefreshBy.IsZero() {
		if e, ok := dest.(client.Expirer); ok {
			_ = e.SetTimeout(account, st.RefreshBy.Sub(p.client.Now())) // as each save does
		}
	}
	return old.Delete(context.WithoutCancel(ctx), account), nil
}
