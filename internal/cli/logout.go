package cli

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

// leaving says how far a logout goes.
type leaving struct{ localOnly, allSessions, allProfiles bool }

func (a *app) logoutCommand() *cobra.Command {
	var l leaving
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "End the session at the server and here",
		Long: `End the session at the server and remove it here. It is removed here whatever
the server says; what could not be done is said. A session token that is already
out stays valid until it ends by itself, some minutes later.

With --all-sessions every session of yours at the server ends, on every machine.
With --all-profiles the sessions of all profiles here do.

  postern logout --all-sessions`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case l.localOnly && l.allSessions:
				return usageError{errors.New("--local-only and --all-sessions: give one of them")}
			case l.allProfiles:
				return a.logoutProfiles(cmd.Context(), l)
			}
			return a.logout(cmd.Context(), l)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&l.localOnly, "local-only", false, "remove it here and leave it alive at the server")
	f.BoolVar(&l.allSessions, "all-sessions", false, "end all your sessions at the server, not this one alone")
	f.BoolVar(&l.allProfiles, "all-profiles", false, "do it for every profile that is signed in")
	return cmd
}

func (a *app) logout(ctx context.Context, l leaving) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	byKey := p.byKey(ctx)
	if byKey && l.allSessions {
		return noPerson()
	}
	bye, err := p.leave(ctx, l)
	if err != nil {
		return err
	}
	if err := errors.Join(bye.Local, bye.Server); err != nil {
		a.news(ui.SayFarewell(bye.Server == nil, bye.Local == nil))
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{
			"signed_in": false, "ended_at_server": !l.localOnly && !byKey, "all_sessions": l.allSessions,
		}))
	}
	if byKey {
		a.news(ui.SaidKeyLivesOn)
		return nil
	}
	a.news(l.words())
	return nil
}

// byKey reports whether an access key is signed in.
func (p *place) byKey(ctx context.Context) bool {
	account, _ := p.current()
	st, err := account.Standing(ctx)
	return err == nil && st.ByKey
}

// words are those of a logout that went well.
func (l leaving) words() string {
	switch {
	case l.localOnly:
		return ui.SaidLocalOnly
	case l.allSessions:
		return ui.SaidAllSessions
	}
	return ui.SayFarewell(true, true)
}

// leave signs out at one place.
func (p *place) leave(ctx context.Context, l leaving) (client.Farewell, error) {
	account, _ := p.current()
	if !l.allSessions {
		bye, err := account.Forget(ctx, l.localOnly)
		return bye, p.unpinned(err)
	}
	s, err := account.Session(ctx, 0)
	if err == nil {
		err = p.client.LogoutAll(ctx, s)
	}
	bye, failed := account.Forget(ctx, err == nil) // with all of them this one is over
	switch {
	case errors.Is(failed, client.NotSignedIn) && err != nil: // the server had ended it
		return client.Farewell{}, p.unpinned(err)
	case errors.Is(failed, client.NotSignedIn): // somebody else has removed it meanwhile
		failed = nil
	}
	if err != nil && failed != nil { // neither was done: the store was in the way from the beginning
		return client.Farewell{}, p.unpinned(err)
	}
	return client.Farewell{Server: err, Local: errors.Join(bye.Local, failed)}, nil
}

// logoutProfiles signs out everywhere here. One that fails keeps no other from
// it; the first failure is the one that counts.
func (a *app) logoutProfiles(ctx context.Context, l leaving) error {
	places, err := a.everyPlace()
	if err != nil {
		return err
	}
	type left struct {
		Profile string `json:"profile"`
		Sandbox bool   `json:"sandbox"`
		Ended   bool   `json:"ended_at_server"`
		Error   string `json:"error,omitempty"`
	}
	done, first, sandbox := []left{}, error(nil), false
	for _, p := range places {
		bye, err := p.leave(ctx, l)
		if errors.Is(err, client.NotSignedIn) {
			continue
		}
		if err == nil {
			err = errors.Join(bye.Local, bye.Server)
		}
		words, failure := l.words(), ""
		if err != nil {
			failure = a.explain(err).What
			words = failure
			first = errors.Join(first, err)
		}
		done = append(done, left{p.profile.value, p.sandbox != nil, err == nil && !l.localOnly, failure})
		sandbox = sandbox || p.sandbox != nil
		a.news(ui.SayProfile(p.profile.value, words))
	}
	switch {
	case first != nil:
		return first
	case len(done) == 0:
		return &client.Error{Op: "logout", Kind: client.NotSignedIn}
	case a.flags.json:
		return a.printJSON(map[string]any{"signed_in": false, "profiles": done, "sandbox": sandbox})
	}
	return nil
}

// everyPlace is every profile that a session could be stored for: those that
// are configured, the sandbox once it was used, and the one of this call.
func (a *app) everyPlace() ([]*place, error) {
	s, err := a.readSettings()
	if err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(s.file.Profiles))
	if _, used := s.state.Stores[sandboxName]; used || s.state.Current == sandboxName {
		names = append(names, sandboxName)
	}
	var all []settings
	for _, name := range names {
		each, err := s.as(name)
		if err != nil {
			return nil, err
		}
		all = append(all, each)
	}
	here, err := a.settings(false)
	if err != nil && !errors.Is(err, errNothingConfigured) {
		return nil, err
	}
	if err == nil && !slices.ContainsFunc(all, here.sameAccount) {
		all = append(all, here)
	}
	var places []*place
	for _, each := range all {
		p, err := a.openAt(each, false)
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, nil
}

// sameAccount reports whether both lead to one session.
func (s settings) sameAccount(other settings) bool {
	return s.profile.value == other.profile.value && s.projectID.value == other.projectID.value && s.baseURL.value == other.baseURL.value
}
