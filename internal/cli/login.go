package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"postern/flows"
)

func (a *app) loginCommand() *cobra.Command {
	var (
		e       errand
		way     wayFlags
		options optionFlags
		handed  bool
		key     keyFlags
	)
	cmd := &cobra.Command{
		Use:   "login [LOGIN_ID]",
		Short: "Sign in with a code, a link, a password or an access key",
		Long: `Sign in with a code of your authenticator app, or with one that is sent by
email, SMS, voice or WhatsApp, with a password, or with a recovery code. With
--method link a mail has three links, one of which is pressed on any device; with
magic-link, magic-sms or magic-whatsapp the link, or its token, is pasted here.
With a valid session of the same person there is nothing to do, and nothing is
done.

  postern login ada@example.com --method email --mfa totp

A program signs in with an access key, which is kept as a session is:
  postern login --method access-key --key-file FILE`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if handed {
				return a.adopt(cmd.Context(), e.plan.Force)
			}
			if err := key.check(way.method); err != nil {
				return err
			}
			if way.method == byAccessKey {
				if len(args) > 0 || way.mfa != "" || e.plan.OrSignUp {
					return usageError{errors.New("--method access-key signs in no person: give no LOGIN_ID, no --mfa and no --or-signup")}
				}
				if options.given() {
					return usageError{errors.New("login options are lost when the key is exchanged again: give them to \"token --method access-key\"")}
				}
				return a.loginKey(cmd.Context(), key, e.plan.Force)
			}
			if err := way.into(&e.plan); err != nil {
				return err
			}
			if err := options.into(&e.plan.Options); err != nil {
				return err
			}
			if len(args) == 1 {
				e.plan.LoginID, e.code.loginID = args[0], args[0]
			}
			e.begin = flows.SignIn
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&e.plan.Force, "force", false, "sign in again, and replace a live session without asking")
	f.DurationVar(&e.atLeast, "min-ttl", 0, "renew a session that is there and is valid for less than this")
	f.StringArrayVar(&e.accept, "audience", nil, "take only a session token that names this audience (repeatable)")
	f.BoolVar(&handed, "with-refresh-token", false, "take over a session: its refresh token is read from stdin")
	f.BoolVar(&e.plan.OrSignUp, "or-signup", false, "with a delivered code or link, sign up who is not known")
	way.add(f, true)
	method := f.Lookup("method")
	method.Usage = fmt.Sprintf("%s, or access-key for a program", method.Usage)
	key.add(f)
	options.add(f)
	e.code.add(f, true)
	return cmd
}

const adoptWait = 20 * time.Second // for one line of stdin, so that a script cannot hang

// adopt takes over a session whose refresh token comes on stdin.
func (a *app) adopt(ctx context.Context, force bool) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	k := newKeeper(p)
	live, err := k.Prepare(ctx)
	if err != nil {
		return err
	}
	if live != "" && !force {
		return flows.LiveSession{LoginID: live}
	}
	token, err := a.lineOfStdin(ctx, "the refresh token")
	if err != nil {
		return err
	}
	s, err := p.client.Adopt(ctx, token)
	if err != nil {
		return err
	}
	old, err := k.Keep(ctx, s)
	if err != nil {
		if alive := p.client.Disown(ctx, s, token); alive != nil {
			err = aliveError{err, alive}
		}
		return err
	}
	return a.report(ctx, p, k, flows.Outcome{End: flows.Entered, Session: s, LoginID: s.LoginID(), Old: old}, errand{})
}
