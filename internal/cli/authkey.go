package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"postern/client"
	"postern/ui"
)

func (a *app) profileKey() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Keep an auth management key, for methods that are closed to the public",
		Long: fmt.Sprintf(`Keep a Descope auth management key for the profile in use. It goes with every
sign-in call of this profile, and opens methods that the project has closed to
public use of its API.

%s

  postern profile key set <key-file`, ui.AuthKeyWarning),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "set", Short: "Read the key from stdin and keep it in the keyring", Args: cobra.NoArgs,
			Long: `Read an auth management key from the first line of stdin, or ask for it, unseen,
where stdin is a terminal. It is kept where the profile's session is.

  postern --profile work profile key set <key-file`,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.setKey(cmd.Context()) },
		},
		&cobra.Command{
			Use: "rm", Short: "Forget the key", Args: cobra.NoArgs,
			Long: "Forget the key of the profile in use.\n\n  postern --profile work profile key rm",
			RunE: func(cmd *cobra.Command, _ []string) error { return a.removeKey(cmd.Context()) },
		},
	)
	return cmd
}

// keyAccount names the key's record: another one than the session's, of the
// same project and base URL, so that it cannot go to another place.
func keyAccount(project client.Project, profile string) string {
	return project.Account(profile + "\x00auth management key")
}

// authKey is the key that is kept for a profile, empty for none. Where none
// was ever set, no store is asked.
func (p *place) authKey(project client.Project) (client.Secret, error) {
	store := p.state.AuthKeys[p.profile.value]
	if store == "" {
		return "", nil
	}
	// The store has a deadline of its own.
	raw, err := p.vault(store).Load(context.Background(), keyAccount(project, p.profile.value))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil // set for another project under this name
	}
	if err != nil {
		return "", &client.Error{Op: "auth management key", Kind: client.StoreFailed, Err: err}
	}
	return client.Secret(raw), nil
}

func (a *app) setKey(ctx context.Context) error {
	p, err := a.open(a.interactive())
	if err != nil {
		return err
	}
	_, store := p.current()
	if store == storeNone {
		return usageError{errors.New("--store none keeps nothing: choose another store for the key")}
	}
	a.news(ui.AuthKeyWarning)
	key, err := a.readKey(ctx)
	if err != nil {
		return err
	}
	if err := checkKey(key); err != nil {
		return err
	}
	account := keyAccount(p.client.Project(), p.profile.value)
	if err := p.changeKey(ctx, store, account, func(v client.Vault) error { return v.Save(ctx, account, []byte(key)) }); err != nil {
		return err
	}
	if err := p.remember(func(f *stateFile) { f.AuthKeys[p.profile.value] = store }); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"profile": p.profile.value, "auth_key": true, "store": store, "warning": ui.AuthKeyWarning}))
	}
	a.news(ui.SayKeyKept(p.profile.value, store))
	return nil
}

// checkKey refuses what cannot stand in an Authorization header as a key.
func checkKey(key string) error {
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' }) {
		return usageError{errors.New("that is no key: it has no spaces, no colons, and only plain characters")}
	}
	return nil
}

// readKey takes the key from stdin, or asks for it where that is a terminal.
func (a *app) readKey(ctx context.Context) (string, error) {
	in, isFile := a.stdin.(interface{ Fd() uintptr })
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		line, err := firstLine(ctx, a.stdin)
		if errors.Is(err, errNoCode) {
			err = &ui.AnswerNeeded{What: "the key", Flags: []string{"a line on stdin with the key in it"}}
		}
		return line, err
	}
	tty := a.openTerminal()
	if tty == nil {
		return "", &ui.AnswerNeeded{What: "the key", Flags: []string{"a line on stdin with the key in it"}}
	}
	defer tty.close()
	key, err := tty.askHidden(ctx, ui.AskKey)
	return strings.TrimSpace(key), err
}

func (a *app) removeKey(ctx context.Context) error {
	p, err := a.open(a.interactive())
	if err != nil {
		return err
	}
	if err := p.forgetKey(ctx); err != nil {
		return err
	}
	if err := p.remember(func(f *stateFile) { delete(f.AuthKeys, p.profile.value) }); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"profile": p.profile.value, "auth_key": false}))
	}
	a.news(ui.SayKeyGone(p.profile.value))
	return nil
}

// forgetKey removes the key from its store. None there is fine.
func (p *place) forgetKey(ctx context.Context) error {
	store := p.state.AuthKeys[p.profile.value]
	if store == "" {
		return nil
	}
	account := keyAccount(p.client.Project(), p.profile.value)
	return p.changeKey(ctx, store, account, func(v client.Vault) error { return v.Delete(ctx, account) })
}

func (p *place) changeKey(ctx context.Context, store, account string, change func(client.Vault) error) error {
	v := p.vault(store)
	unlock, err := v.Lock(ctx, account)
	if err == nil {
		err = change(v)
		unlock()
	}
	if err != nil {
		return &client.Error{Op: "auth management key", Kind: client.StoreFailed, Err: err}
	}
	return nil
}
