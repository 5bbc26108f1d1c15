package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/keychain"
	"postern/ui"
)

func (a *app) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Where the session stays: status, test, set, migrate, passphrase, forget",
		Long: `Where the refresh token of a profile stays. Nothing changes the place but you:
a store that is locked or not there is said, and no other is used instead.

  keyring     the operating system's keyring
  kernel      a sealed file, its key in the Linux kernel: until a restart
  passphrase  a sealed file behind a passphrase, typed once until a restart
  keyfile     a sealed file for the key in a file of yours (--store-key-file)
  none        memory: signed out when the command ends

--store, POSTERN_STORE or "store" in the profile choose it; else the first
sign-in does, and it is remembered. No store writes anything in the clear.

  postern store status`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "status", Short: "Say of every store if it works, and which is used", Args: cobra.NoArgs,
			Long: "Say of every store if it works here, how long a session stays there, who can read\nit, and which one this profile uses. Nothing is asked.\n\n  postern store status --json",
			RunE: func(cmd *cobra.Command, _ []string) error { return a.storeStatus(cmd.Context()) },
		},
		&cobra.Command{
			Use: "test [STORE]", Short: "Write, read and delete a harmless record", Args: cobra.MaximumNArgs(1),
			Long: "Write a harmless record into the store in use, or into STORE, read it and delete\nit, and say how long each step took. The session is not touched.\n\n  postern store test kernel",
			RunE: func(cmd *cobra.Command, args []string) error { return a.storeTest(cmd.Context(), args) },
		},
		a.storeSetCommand(), a.storeMigrateCommand(), a.storePassphraseCommand(), a.storeForgetCommand(),
	)
	return cmd
}

// everyStore are the stores that a profile can be signed in with.
var everyStore = storeNames[1:]

// storeArg is the place with the store that an argument names, or the one in
// use.
func (a *app) storeArg(args []string, allowed ...string) (p *place, store string, err error) {
	p, err = a.open(a.interactive())
	if err != nil {
		return nil, "", err
	}
	if _, store = p.current(); len(args) == 1 {
		store = args[0]
	}
	if !slices.Contains(allowed, store) {
		return nil, "", usageError{fmt.Errorf("unknown store %q, want one of %s", store, joined(allowed))}
	}
	if store == storeKeyFile && p.keyFile == nil {
		return nil, "", usageError{errors.New("the store keyfile needs its file: --store-key-file FILE")}
	}
	return p, store, nil
}

// keeping are the stores that keep anything.
var keeping = slices.DeleteFunc(slices.Clone(everyStore), func(s string) bool { return s == storeNone })

// holds reports whether a store keeps a record of the profile, readable or not.
// It asks nobody.
func (p *place) holds(ctx context.Context, store string) (bool, error) {
	if store == storeNone || store == storeKeyFile && p.keyFile == nil {
		return false, nil
	}
	_, err := p.raw(store).Load(ctx, p.accountID())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err == nil, errors.Is(err, keychain.ErrPassphraseNeeded), errors.Is(err, keychain.ErrDamaged), errors.Is(err, keychain.ErrOtherKey):
		return true, nil // there is a file, whatever is in it
	}
	return false, err
}

func (p *place) storeFact(ctx context.Context, store string) ui.StoreFact {
	f := ui.StoreFact{Name: store, State: keychain.Ready.String()}
	if store == storeKeyFile && p.keyFile == nil {
		f.State, f.Why = keychain.Absent.String(), "no key file is named: --store-key-file FILE"
		return f
	}
	if store != storeNone {
		err := p.raw(store).Ready(ctx)
		f.State, f.Files = keychain.StateOf(err).String(), filepath.Join(p.paths.state, "sealed")
		if e := (*keychain.Error)(nil); errors.As(err, &e) && e.Err != nil {
			f.Why = e.Err.Error()
		}
		if f.State == keychain.Waiting.String() && store == storePassphrase {
			f.State = keychain.Locked.String() // what waits is a dialog of others
		}
		f.Session, _ = p.holds(ctx, store)
	}
	if store == storeKeyring {
		f.Files = "" // it has its own
	}
	if chosen := p.chosen(); chosen.value == store {
		f.Chosen = chosen.from
	}
	return f
}

func (a *app) storeStatus(ctx context.Context) error {
	p, err := a.open(a.interactive())
	if err != nil {
		return err
	}
	var list []map[string]any
	for _, store := range everyStore {
		f := p.storeFact(ctx, store)
		list = append(list, map[string]any{
			"store": f.Name, "state": f.State, "why": client.Clean(f.Why), "chosen": f.Chosen != "", "keeps_session": f.Session,
			"lasts": ui.StoreLasts(f.Name), "readable_by": ui.StoreReaders(f.Name), "files": f.Files,
		})
		if a.flags.json {
			continue
		}
		if err := a.printLines(ui.StoreLines(f)); err != nil {
			return err
		}
	}
	if a.flags.json {
		chosen := p.chosen()
		return a.printJSON(p.said(map[string]any{
			"profile": p.profile.value, "chosen": chosen.value, "chosen_by": chosen.from, "stores": list,
		}))
	}
	return nil
}

// storeTest writes, reads and deletes a record under a name that no session has.
func (a *app) storeTest(ctx context.Context, args []string) error {
	p, store, err := a.storeArg(args, keeping...)
	if err != nil {
		return err
	}
	type step struct {
		Step  string      `json:"step"`
		OK    bool        `json:"ok"`
		MS    int64       `json:"ms"`
		Error client.Text `json:"error,omitempty"`
	}
	var done []step
	failed := p.tryStore(ctx, p.vault(store), func(name string, took time.Duration, err error) {
		told := step{Step: name, OK: err == nil, MS: took.Milliseconds()}
		if err != nil {
			told.Error = client.Clean(err.Error())
		}
		done = append(done, told)
		if !a.flags.json {
			a.news(ui.SayTested(name, took, err))
		}
	})
	if failed != nil {
		return p.storeError("test", store, failed)
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"store": store, "ok": true, "steps": done}))
	}
	return nil
}

// tryStore writes, reads and deletes a record under a name that no session has,
// and tells of each step. It ends at the first that fails.
func (p *place) tryStore(ctx context.Context, v client.Vault, tell func(step string, took time.Duration, err error)) error {
	account, record := p.accountID()+":test", []byte("postern store test")
	unlock := func() {}
	defer func() { unlock() }()
	for _, s := range []struct {
		name string
		do   func() error
	}{
		{"ready", func() error { return v.Ready(ctx) }},
		{"lock", func() error {
			free, err := v.Lock(ctx, account)
			if err == nil {
				unlock = free
			}
			return err
		}},
		{"write", func() error { return v.Save(ctx, account, record) }},
		{"read", func() error {
			back, err := v.Load(ctx, account)
			if err == nil && !bytes.Equal(back, record) {
				err = errors.New("another record came back")
			}
			return err
		}},
		{"delete", func() error { return v.Delete(ctx, account) }},
		{"gone", func() error {
			if _, err := v.Load(ctx, account); !errors.Is(err, fs.ErrNotExist) {
				return errors.Join(errors.New("it can still be read"), err)
			}
			return nil
		}},
	} {
		begun := time.Now()
		err := s.do()
		tell(s.name, time.Since(begun), err)
		if err != nil {
			_ = v.Delete(ctx, account)
			return err
		}
	}
	return nil
}

// storeError is what a store said to one of these commands.
func (p *place) storeError(op, store string, err error) error {
	if ownErr, ours := ownExit(err); ours && ownErr != exitStore {
		return err
	}
	if store == storeKeyFile && keychain.StateOf(err) == keychain.Absent && store != p.state.Stores[p.profile.value] {
		return &problem{
			exit: exitStore, what: fmt.Sprintf("There is no key file %q.", p.settings.keyFile.value), err: err,
			do: "Name the one that there is, or make it: add --create to \"store set\" or \"store migrate\".",
		}
	}
	return p.troubleOf(store, &client.Error{Op: fmt.Sprintf("store %s", op), Kind: client.StoreFailed, Err: err})
}
