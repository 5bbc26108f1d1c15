package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

func (a *app) mfaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mfa",
		Short: "Second factors of the person who is signed in",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := &cobra.Command{
		Use: "add", Short: "Set a factor up", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add.AddCommand(a.mfaAddTOTP())
	cmd.AddCommand(a.mfaVerify(), a.mfaList(), a.mfaRecoveryCodes(), add)
	return cmd
}

func (a *app) mfaVerify() *cobra.Command {
	var (
		e       errand
		way     wayFlags
		options optionFlags
		stepUp  bool
	)
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Add a second factor to the session",
		Long: `Add a second factor to the session, with a code of another kind than the
first. With --stepup the same code raises the session as well.

  postern mfa verify --method email`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := parseMethod("--method", way.method)
			if err != nil {
				return err
			}
			if err := options.into(&e.plan.Options); err != nil {
				return err
			}
			e.plan.MFA, e.raises, e.stepUp, e.begin = m, true, stepUp, flows.SecondFactor
			if stepUp {
				if e.begin = flows.StepUp; m == "" {
					e.plan.MFA = flows.AnyFactor
				}
			}
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	way.add(f, false)
	f.BoolVar(&stepUp, "stepup", false, "raise the session with the same code")
	f.BoolVar(&e.plan.Force, "force", false, "send a message even if many were sent to this address")
	options.add(f)
	e.code.add(f, true)
	return cmd
}

func (a *app) mfaAddTOTP() *cobra.Command {
	var way wayFlags
	e := errand{begin: flows.Replace, raises: true}
	cmd := &cobra.Command{
		Use:   "totp",
		Short: "Add an authenticator app, or replace the one that is there",
		Long: `Add an authenticator app, or replace the one that is there. Before one is
replaced another factor is asked for. The new key counts after its first code;
how long the old one works until then is not known of Descope.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if e.plan.Method, err = parseMethod("--method", way.method); err != nil {
				return err
			}
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	way.add(f, false)
	f.BoolVar(&e.plan.Force, "force", false, "send a message even if many were sent to this address")
	e.code.add(f, true)
	return cmd
}

func (a *app) mfaList() *cobra.Command {
	return &cobra.Command{
		Use:   "ls",
		Short: "List the factors of the account, and those of this session",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listFactors(cmd.Context()) },
	}
}

func (a *app) listFactors(ctx context.Context) error {
	p, _, s, err := a.person(ctx)
	if err != nil {
		return err
	}
	u, err := p.client.WhoAmI(ctx, s)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{
			"totp": u.TOTP, "password": u.Password, "email": u.Email, "phone": u.Phone, "amr": s.Claims().Factors, "mfa": s.Claims().MFA(),
		}))
	}
	return a.printLines(ui.FactorLines(u, s.Claims().Factors))
}

func (a *app) stepUpCommand() *cobra.Command {
	var (
		e       errand
		way     wayFlags
		options optionFlags
		older   time.Duration
	)
	cmd := &cobra.Command{
		Use:   "stepup",
		Short: "Raise the session for a while with one more code",
		Long: `Raise the session for a while with one more code. The stepped-up token is kept
apart, and given by "token --stepup" alone.

  postern stepup --method totp --if-older-than 5m`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if e.plan.Method, err = parseMethod("--method", way.method); err != nil {
				return err
			}
			if err := options.into(&e.plan.Options); err != nil {
				return err
			}
			if done, err := a.freshEnough(cmd.Context(), older); done || err != nil {
				return err
			}
			e.begin, e.raises, e.stepUp = flows.StepUp, true, true
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	way.add(f, false)
	f.DurationVar(&older, "if-older-than", 0, "do nothing when the last step-up is younger than this")
	f.BoolVar(&e.plan.Force, "force", false, "send a message even if many were sent to this address")
	options.add(f)
	e.code.add(f, false)
	return cmd
}

// freshEnough reports whether there is a step-up younger than older.
func (a *app) freshEnough(ctx context.Context, older time.Duration) (bool, error) {
	if older <= 0 {
		return false, nil
	}
	p, err := a.openForData()
	if err != nil {
		return false, err
	}
	account, store := p.current()
	s, err := account.SteppedUp(ctx, older)
	switch {
	case errors.Is(err, client.FactorNeeded):
		return false, nil
	case err != nil:
		return false, p.unpinned(err)
	}
	return true, a.raised(ctx, p, account, store, ui.SayStillSteppedUp(s.Claims().Expires.Add(-p.client.ClockOffset())))
}
