package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/internal/sandbox"
	"postern/keychain"
	"postern/ui"
)

func (a *app) sandboxCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "The built-in stand-in for Descope: its phone, inbox, users and server",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&dir, "state", "", "state directory (default: that of the sandbox profile)")
	cmd.AddCommand(
		a.sandboxServe(&dir), a.sandboxCode(&dir), a.sandboxInbox(&dir), a.sandboxPress(&dir), a.sandboxUsers(&dir),
		a.sandboxAccessKey(&dir), a.sandboxReset(&dir), a.sandboxCompare(&dir),
	)
	return cmd
}

// openSandbox opens the state that --state names, or the profile's own.
func (a *app) openSandbox(dir string, o sandbox.Options) (*sandbox.Sandbox, error) {
	if dir == "" {
		paths, err := a.findPaths()
		if err != nil {
			return nil, err
		}
		dir = settings{paths: paths}.sandboxDir()
	}
	o.Dir = dir
	sb, err := openState(o)
	if errors.Is(err, sandbox.ErrRegion) {
		return nil, usageError{err}
	}
	return sb, err
}

// openState opens a state in which nobody else can put another file in place of
// one that is there.
func openState(o sandbox.Options) (sb *sandbox.Sandbox, err error) {
	if err = (keychain.Dirs{State: o.Dir}).Check(); err == nil {
		sb, err = sandbox.Open(o)
	}
	if err != nil {
		return nil, &client.Error{Op: "sandbox", Kind: client.StoreFailed, Err: err}
	}
	return sb, nil
}

func (a *app) sandboxCode(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "code LOGIN_ID",
		Short: "Print the code that an authenticator app would show now",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			code, end, err := sb.Code(cmd.Context(), args[0])
			if err != nil {
				return a.nobody(err, args[0])
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"code": code, "until": end.UTC(), "sandbox": true})
			}
			_, err = fmt.Fprintln(a.stdout, code)
			return err
		},
	}
}

// nobody turns the sandbox's "no such user" into the client's kind.
func (a *app) nobody(err error, loginID string) error {
	if errors.Is(err, sandbox.ErrNoUser) || errors.Is(err, sandbox.ErrNoAuthenticator) {
		return &client.Error{Op: "sandbox code", Kind: client.UserUnknown, Description: client.Clean(loginID)}
	}
	return err
}

func (a *app) sandboxUsers(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "users",
		Short: "List the sandbox's users and unfinished sign-ups",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			users, err := sb.Users(cmd.Context())
			if err != nil {
				return err
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"users": users, "sandbox": true})
			}
			if len(users) == 0 {
				a.news("Nobody has signed up in the sandbox yet.")
			}
			for _, u := range users {
				if _, err := fmt.Fprintln(a.stdout, ui.UserLine(strings.Join(u.LoginIDs, " "), u.Name, u.Pending, u.TOTP)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (a *app) sandboxReset(dir *string) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Forget all users, sessions, messages and access keys of the sandbox",
		Long: `Forget all users, sessions, messages and access keys of the sandbox. At a
terminal that is asked first.

  postern sandbox reset --force`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !force && a.interactive() {
				if err := a.sure(cmd.Context(), "Everybody and everything in the sandbox is forgotten. Go on? yes or no"); err != nil {
					return err
				}
			}
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			if err := sb.Reset(cmd.Context()); err != nil {
				return err
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"reset": true, "sandbox": true})
			}
			a.news(ui.SaidReset)
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "do not ask")
	return cmd
}

func (a *app) sandboxServe(dir *string) *cobra.Command {
	var s serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Put the sandbox on a loopback port, for any Descope SDK",
		Long:  serveHelp(),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), *dir, s) },
	}
	s.register(cmd.Flags())
	return cmd
}

func serveHelp() string {
	var b strings.Builder
	b.WriteString(`Serve the sandbox on a loopback port until it is interrupted. With --json it
prints one line when it is ready, with the base URL, the project id and the
management keys.

How Descope itself answers is not public in every detail. Where it is not, the
sandbox chooses: codes may be one step old or ahead, a used code is refused,
five wrong codes pause for a minute, a repeated sign-up replaces an unfinished
one, and an authenticator that is being replaced works until the new one did.
Wrong passwords and recovery codes are counted with wrong codes of the
authenticator. A password needs 8 characters, a lower and an upper case letter,
a digit and one that is neither; one that was forgotten is set after a magic
link. A recovery code is "recovery" in amr. An idle session ends with
--inactivity, and replies ask for a refresh after half of it.
A link is good for ten minutes, and pressing a wrong one of three ends the
sign-in that waits for it. Without an address of its own a link leads to
BASE_URL/sandbox/link.
A fault hits every call but those for the project's public keys, which "doctor"
makes. NAME@PATH confines it to paths that begin like this: html@/v2/keys.

Faults:
`)
	for _, name := range sandbox.Faults() {
		fmt.Fprintf(&b, "  %-16s %s\n", name, sandbox.FaultHelp(name))
	}
	b.WriteString("\nVariants, which are how the real service might differ:\n")
	for _, name := range sandbox.Variants() {
		fmt.Fprintf(&b, "  %-18s %s\n", name, sandbox.VariantHelp(name))
	}
	return b.String()
}

func (a *app) serve(ctx context.Context, dir string, s serveFlags) error {
	o, err := s.options()
	if err != nil {
		return err
	}
	sb, err := a.openSandbox(dir, o)
	if err != nil {
		return err
	}
	err = sb.Serve(ctx, s.listen, func(r sandbox.Ready) error {
		if a.flags.json {
			return a.writeJSON(r) // in its own form, which is fixed
		}
		return a.printLines(ui.ServingLines(r.BaseURL, r.ProjectID, r.ManagementKey))
	})
	return err
}
