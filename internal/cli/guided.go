package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// errand is a guided task with what the flags said of it.
type errand struct {
	begin   func(flows.Plan) flows.Flow
	ready   func(*place) error // says whether this is the right place; nil: any is
	plan    flows.Plan
	code    codeFlags
	raises  bool                                // it goes on top of a session: the profile's way in is not meant
	inside  bool                                // another command goes on afterwards, and prints
	stepUp  bool                                // what it raises the session to is a step-up
	home    bool                                // it ends when the person leaves, and what came of it was told there
	accept  []string                            // audiences: a session token that names none of them is not taken
	done    string                              // said when it has come to its good end
	codes   func(*place, []client.Secret) error // takes recovery codes; nil: they are shown
	atLeast time.Duration                       // renew a session that is there already and ends sooner
}

// guided runs a flow with the driver that fits: nobody to ask, a terminal that
// wants lines, or the full screen.
func (a *app) guided(ctx context.Context, e errand) error {
	if err := e.code.check(); err != nil {
		return err
	}
	tty := a.openTerminal()
	interactive := tty != nil && !e.code.given()
	if tty != nil {
		defer tty.close()
	}
	p, err := a.openFor(interactive, e.accept)
	if err != nil {
		return err
	}
	if e.ready != nil {
		if err := e.ready(p); err != nil {
			return err
		}
	}
	if e.plan.Method == "" && !e.raises {
		e.plan.Method = p.Method
	}
	e.plan.RequireMFA, e.plan.Begun = p.RequireMFA, p.begun()
	if interactive {
		p.hidden = nil // a screen asks
		if e.inside {
			a.news(ui.SaidSignInFirst)
		}
	}
	k := newKeeper(p)
	r := flows.Runner{Auth: enroller{p.client, p}, Keep: k, Limit: limiter{p, e.plan.Force, time.Now}, Now: time.Now}
	if e.codes != nil {
		r.Codes = func(codes []client.Secret) error { return e.codes(p, codes) }
	}
	var out flows.Outcome
	if interactive {
		out, err = a.converse(ctx, tty, tty.forFlow(a, p), p.plain, e.begin(e.plan), r)
	} else {
		out, err = a.silent(ctx, p, e.begin(e.plan), r, e.code)
	}
	if e.home {
		return a.left(ctx, k, out, err)
	}
	if err != nil {
		if out.End == flows.Made {
			a.news(e.done) // interrupted, but those of before are void
		}
		return err
	}
	if e.inside && out.End == flows.Entered && k.store != storeNone {
		return nil
	}
	return a.report(ctx, p, k, out, e)
}

// converse leads a person through a flow, line by line or on the full screen.
func (a *app) converse(ctx context.Context, tty *terminal, t ui.Term, plain bool, f flows.Flow, r flows.Runner) (flows.Outcome, error) {
	drive := ui.Full
	if a.lines(t, plain) {
		drive = ui.Plain
	}
	out, err := drive(ctx, t, f, r)
	if err == nil && out.End == flows.Stopped && tty.gone() {
		err = signalError{syscall.SIGHUP} // it may not have come yet, or be ignored
	}
	return out, err
}

// lines reports whether a terminal is talked to line by line; plain is what is
// configured.
func (a *app) lines(t ui.Term, plain bool) bool { return a.flags.plain || plain || t.Lines() }

func (a *app) silent(ctx context.Context, p *place, f flows.Flow, r flows.Runner, code codeFlags) (flows.Outcome, error) {
	if p.sandbox != nil && !a.flags.json {
		a.news(ui.SandboxBanner)
	}
	answers, done, err := code.answers(a)
	if err != nil {
		return flows.Outcome{}, err
	}
	defer done()
	answers.Link = func(l flows.Link) { a.tell(ui.SayPress(l)) } // needed, --quiet or not
	return ui.Silent(ctx, answers, f, r)
}

// report says how a flow ended, and what to do next.
func (a *app) report(ctx context.Context, p *place, k *keeper, out flows.Outcome, e errand) error {
	switch out.End {
	case flows.Stopped, flows.Broken:
		return unfinished(out)
	case flows.Made:
		if out.Err == nil {
			a.news(e.done)
		}
		return out.Err
	case flows.Standing:
		if e.atLeast > 0 {
			if _, err := k.account.Session(ctx, e.atLeast); err != nil {
				return err
			}
		}
		if words := ui.SaidStanding; !a.flags.json && !e.inside {
			if e.raises {
				words = ui.SaidHasMFA
			}
			a.news(words)
		}
		return a.standing(ctx, p, k.account, k.store)
	}
	if e.done != "" {
		a.news(e.done)
	}
	if k.pinErr != nil {
		a.news(ui.SayNotRemembered(k.pinErr))
	}
	a.news(k.moved())
	if out.Old != nil {
		a.news(ui.SayOldAlive(out.Old, a.called))
	}
	if len(out.Before) > 0 && !slices.Equal(out.Before, out.After) {
		a.news(ui.SayFactors(out.Before, out.After))
	}
	if k.store == storeNone {
		return a.endUnstored(ctx, k, out)
	}
	if out.Missing != flows.NoNeed {
		return &client.Error{Op: "sign-in", Kind: client.FactorNeeded, Err: out.Err}
	}
	if c := out.Session.Claims(); e.stepUp && c.StepUp {
		return a.raised(ctx, p, k.account, k.store, ui.SaySteppedUp(c.Expires.Add(-p.client.ClockOffset())))
	}
	return a.standing(ctx, p, k.account, k.store, a.offers(out)...)
}

// raised says that the session is stepped up, and where its token is.
func (a *app) raised(ctx context.Context, p *place, account *client.Account, store, words string) error {
	if !a.flags.json {
		a.news(words)
	}
	return a.standing(ctx, p, account, store, a.next("token", "--stepup"))
}

// offers are the commands that may be wanted next, the likeliest first: who has
// nothing but an authenticator has no way in without it.
func (a *app) offers(out flows.Outcome) []string {
	next := []string{a.next("token")}
	if u := out.Session.User(); out.Session.FirstSeen() && u != nil && u.TOTP && !u.Password && u.Email == "" && u.Phone == "" {
		next = append(next, a.next("mfa", "recovery-codes"))
	}
	return next
}

// unfinished is the error of a flow that did not get there. What may have
// happened at the server all the same is part of it.
func unfinished(out flows.Outcome) error {
	err := out.Err
	switch {
	case out.End == flows.Stopped && (errors.Is(err, client.Unknown) || errors.Is(err, flows.ErrNeverSent)):
		err = fmt.Errorf("%w: %w", errCancelled, err)
	case out.End == flows.Stopped:
		err = errCancelled
	case err == nil:
		err = flows.ErrInternal
	}
	if out.Old != nil {
		return aliveError{err, out.Old}
	}
	return err
}

// endUnstored signs out a session that was to live for this run only.
func (a *app) endUnstored(ctx context.Context, k *keeper, out flows.Outcome) error {
	bye, err := k.account.Forget(ctx, false)
	if err = errors.Join(err, bye.Server); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"login_id": out.LoginID, "signed_in": false, "store": storeNone})
	}
	a.news(ui.SayUnstored(out.LoginID))
	return nil
}

// standing says who is signed in, for people or as JSON.
func (a *app) standing(ctx context.Context, p *place, account *client.Account, store string, next ...string) error {
	st, err := account.Standing(ctx)
	if err != nil {
		return p.unpinned(err)
	}
	if a.flags.json {
		return a.printJSON(p.standingFields(st, store))
	}
	a.news(ui.SayStanding(p.standingWords(st, store)))
	if len(next) == 0 {
		next = []string{a.next("token")}
	}
	for _, command := range next {
		a.news(ui.SayNext(command))
	}
	return nil
}
