package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
)

// checks is what a session is asked for.
type checks struct {
	minTTL              time.Duration
	mfa, stepUp, online bool
	roles, permissions  []string
	audience            []string
	tenant              string
}

func (a *app) checkCommand() *cobra.Command {
	var c checks
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Answer with the exit code whether the session is good enough",
		Long: `Answer with the exit code whether there is a session, and whether it is good
enough: 0 yes; 4 not signed in; 5 a second factor or a step-up is missing; 12
anything else that was asked for. One line on stderr says why not.

A token that is due is renewed first, as "token" does. It is then judged here,
with the project's key set; --online asks the server too. With --stepup the
stepped-up token is judged. A role or permission is one of the project, or with
--tenant one in that tenant; of several, all are needed, and of audiences one.

  postern check --min-ttl 5m --role admin --quiet && deploy`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context(), c) },
	}
	f := cmd.Flags()
	f.DurationVar(&c.minTTL, "min-ttl", 0, "the token is valid for this long at least, such as 5m")
	f.BoolVar(&c.mfa, "mfa", false, "two factors were passed")
	f.BoolVar(&c.stepUp, "stepup", false, "the session is stepped up")
	f.StringArrayVar(&c.roles, "role", nil, "a role (repeatable)")
	f.StringArrayVar(&c.permissions, "permission", nil, "a permission (repeatable)")
	f.StringVar(&c.tenant, "tenant", "", "membership in this tenant; roles and permissions are then those in it")
	f.StringArrayVar(&c.audience, "audience", nil, "the token names this audience (repeatable)")
	f.BoolVar(&c.online, "online", false, "ask the server, too, whether the token is valid")
	return cmd
}

func (a *app) check(ctx context.Context, c checks) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	s, err := a.checked(ctx, p, c)
	if err != nil {
		return asVerdict(err)
	}
	c.mfa = c.mfa || p.RequireMFA
	if no, failed := c.judge(s.Claims(), p.client.Now()); failed {
		return no
	}
	if c.online {
		if _, err := p.client.Validate(ctx, s); err != nil {
			return asVerdict(err)
		}
	}
	if !a.flags.json {
		return nil
	}
	return a.printJSON(p.said(map[string]any{
		"ok": true, "user_id": s.Claims().UserID, "session_expires": s.Claims().Expires.UTC(), "online": c.online,
	}))
}

// checked is the session that is to be judged.
func (a *app) checked(ctx context.Context, p *place, c checks) (*client.Session, error) {
	if c.stepUp {
		return p.steppedUp(ctx, c.minTTL)
	}
	_, s, err := a.session(ctx, p, c.minTTL)
	return s, err
}

// asVerdict makes an answer of the errors that are one; what else went wrong
// says nothing about the session.
func asVerdict(err error) error {
	switch {
	case errors.Is(err, client.FactorNeeded):
		return verdict{exitFactor, []string{"stepup"}, "the session is not stepped up", []string{"stepup"}}
	case errors.Is(err, client.NotSignedIn):
		return verdict{exitNotSignedIn, []string{"session"}, "not signed in", []string{"login"}}
	case errors.Is(err, client.Ended):
		return verdict{exitNotSignedIn, []string{"session"}, "the server says that the session is over", []string{"login"}}
	}
	return err
}

// judge looks at the claims. What a factor would mend comes first, so that its
// exit code does.
func (c checks) judge(claims client.Claims, now time.Time) (no verdict, failed bool) {
	var why []string
	fail := func(exit int, check, format string, args ...any) {
		if !failed {
			no.exit, failed = exit, true
		}
		if !slices.Contains(no.failed, check) {
			no.failed = append(no.failed, check)
		}
		why = append(why, fmt.Sprintf(format, args...))
	}
	if c.mfa && !claims.MFA() {
		no.next = []string{"mfa", "verify"}
		if len(claims.Factors) > 1 {
			fail(exitFactor, "mfa", "the session has several factors, but not the mark of two that differ")
		} else {
			fail(exitFactor, "mfa", "the session has no second factor")
		}
	}
	if left := claims.Expires.Sub(now); left < c.minTTL {
		fail(exitNo, "min-ttl", "the token is valid for %s only", left.Truncate(time.Second))
	}
	if !claims.For(c.audience) {
		fail(exitNo, "audience", "the token is not for audience %q", strings.Join(c.audience, ", "))
	}
	roles, permissions := claims.Roles, claims.Grants
	if c.tenant != "" {
		in, member := claims.Tenants[c.tenant]
		if !member && claims.Tenant != client.Text(c.tenant) {
			fail(exitNo, "tenant", "the session is not in tenant %q", c.tenant)
		}
		roles, permissions = in.Roles, in.Grants
	}
	for _, r := range missing(c.roles, roles) {
		fail(exitNo, "role", "role %q is missing", r)
	}
	for _, p := range missing(c.permissions, permissions) {
		fail(exitNo, "permission", "permission %q is missing", p)
	}
	no.why = strings.Join(why, "; ")
	return no, failed
}

func missing(want []string, have []client.Text) (not []string) {
	for _, w := range want {
		if !slices.Contains(have, client.Text(w)) {
			not = append(not, w)
		}
	}
	return not
}
