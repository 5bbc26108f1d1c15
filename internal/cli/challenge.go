package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// challenge is a code, or a magic link, that was sent and not yet answered, as it lies in a
// file. There is no secret in it.
type challenge struct {
	Version  int            `json:"v"`
	Account  string         `json:"account"` // where it is answered, and nowhere else
	Host     string         `json:"host"`    // of that, to be said
	Profile  string         `json:"profile"`
	Project  string         `json:"project_id"`
	Method   client.Method  `json:"method"`
	LoginID  string         `json:"login_id"`
	Purpose  client.Purpose `json:"purpose"`
	MFA      bool           `json:"mfa,omitempty"`
	StepUp   bool           `json:"stepup,omitempty"`
	To       client.Text    `json:"to,omitempty"` // masked
	ResendAt time.Time      `json:"resend_at"`
	SentAt   time.Time      `json:"sent_at"`
}

const challengeVersion = 2 // 1 did not say for which address it was

const challengeLife = time.Hour // longer than any code is valid: then the file is swept

func (a *app) challengeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "challenge",
		Short: "Sign in in two steps, for what cannot wait at a prompt",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.challengeStart(), a.challengeAnswer())
	return cmd
}

func (a *app) challengeStart() *cobra.Command {
	var (
		way                          wayFlags
		options                      optionFlags
		mfa, stepUp, orSignUp, force bool
	)
	cmd := &cobra.Command{
		Use:   "start [LOGIN_ID]",
		Short: "Have a code sent, and print the id of the challenge",
		Long: `Have a code or a magic link sent and print an id. "challenge answer ID" takes
the code, the link or its token.

  ID=$(postern challenge start ada@example.com --method email)
  echo "$CODE" | postern challenge answer "$ID"

With --mfa or --stepup the code is for the session that is there, and LOGIN_ID
is left out.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := parseChallenge(way.method)
			if err != nil {
				return err
			}
			s := client.Send{Method: m, Options: client.LoginOptions{MFA: mfa, StepUp: stepUp}}
			if err := options.into(&s.Options); err != nil {
				return err
			}
			if orSignUp {
				s.Purpose = client.ToSignUpOrIn
			}
			if raises := mfa || stepUp; raises == (len(args) == 1) {
				return usageError{errors.New("give a LOGIN_ID, or --mfa or --stepup for the session that is there")}
			}
			if len(args) == 1 {
				s.LoginID = strings.TrimSpace(args[0])
			}
			return a.startChallenge(cmd.Context(), s, force)
		},
	}
	f := cmd.Flags()
	way.add(f, false)
	f.BoolVar(&mfa, "mfa", false, "add it to the session as a second factor")
	f.BoolVar(&stepUp, "stepup", false, "raise the session with it")
	f.BoolVar(&orSignUp, "or-signup", false, "sign up who is not known")
	f.BoolVar(&force, "force", false, "send even if many were sent to this address, or somebody is signed in")
	options.add(f)
	return cmd
}

// parseChallenge reads the method of a challenge: one whose answer comes back by
// hand.
func parseChallenge(name string) (client.Method, error) {
	m, err := parseMethod("--method", name)
	answered := slices.Concat(client.Delivered, client.Magic)
	switch {
	case err != nil:
		return "", err
	case m == client.Link:
		return "", usageError{errors.New("--method link: what waits for the link is a secret, and is not left in a file; use login --method link")}
	case !slices.Contains(answered, m):
		return "", usageError{fmt.Errorf("--method: want %s: nothing is sent for an authenticator app", methodList(answered))}
	}
	return m, nil
}

func (a *app) startChallenge(ctx context.Context, s client.Send, force bool) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	k := newKeeper(p)
	live, err := k.Prepare(ctx) // a place for the session comes before the message
	if err != nil {
		return err
	}
	if s.Options.MFA || s.Options.StepUp {
		if s.On, err = k.Current(ctx); err != nil {
			return p.unpinned(err)
		}
		s.LoginID = s.On.LoginID()
	} else if live != "" && !strings.EqualFold(live, s.LoginID) && !force {
		return flows.LiveSession{LoginID: live}
	}
	done := flows.Runner{Auth: p.client, Keep: k, Limit: limiter{p, force, time.Now}, Now: time.Now}.
		Run(ctx, flows.Task{ID: 1, Want: flows.SendCode{Send: s}})
	switch r := done.Result.(type) {
	case flows.Failed:
		return r.Err
	case flows.Delivered:
		return a.challengeSent(p, s, r)
	}
	return flows.ErrInternal
}

func (a *app) challengeSent(p *place, s client.Send, r flows.Delivered) error {
	c := challenge{
		Version: challengeVersion, Account: p.accountID(), Host: p.host(), Profile: p.profile.value, Project: p.client.Project().ID, Method: s.Method, LoginID: s.LoginID,
		Purpose: s.Purpose, MFA: s.Options.MFA, StepUp: s.Options.StepUp, To: r.Sent.To, ResendAt: r.ResendAt, SentAt: time.Now(),
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	random := make([]byte, challengeIDLen/2)
	_, _ = rand.Read(random)
	id := hex.EncodeToString(random)
	if err := p.challenges().Save(id, raw); err != nil {
		return &client.Error{Op: "challenge", Kind: client.StoreFailed, Err: err}
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"challenge": id, "method": s.Method, "to": c.To, "resend_at": c.ResendAt.UTC()}))
	}
	a.news(ui.SaySent(s.Method, c.To, c.Host))
	a.news(ui.SayNext(a.next("challenge", "answer", id)))
	_, err = fmt.Fprintln(a.stdout, id)
	return err
}

func (a *app) challengeAnswer() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "answer ID",
		Short: "Send the code or the link of a challenge, read from stdin",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.answerChallenge(cmd.Context(), args[0], force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace a live session")
	return cmd
}

func (a *app) answerChallenge(ctx context.Context, id string, force bool) error {
	s, err := a.settings(false)
	if err != nil {
		return err
	}
	c, err := readChallenge(s.challenges(), id)
	if err != nil {
		return err
	}
	pending := flows.Pending{
		Method: c.Method, LoginID: c.LoginID, MFA: c.MFA, StepUp: c.StepUp, Purpose: c.Purpose, ResendAt: c.ResendAt,
		Sent: client.Sent{To: c.To},
	}
	e := errand{
		plan: flows.Plan{Force: force}, code: codeFlags{stdin: true}, raises: true,
		begin: func(p flows.Plan) flows.Flow { return flows.Answer(p, pending) },
		ready: func(p *place) error { return a.answersAt(p, c) },
	}
	err = a.guided(ctx, e)
	if err == nil || errors.Is(err, client.TooManyTries) || errors.Is(err, client.CodeExpired) {
		_ = s.challenges().Delete(id) // over: what is left of it is swept later
	}
	return err
}

// answersAt refuses a place that did not send the code, before the code is read,
// and says where it goes.
func (a *app) answersAt(p *place, c challenge) error {
	if c.Account == p.accountID() {
		a.news(ui.SayAnswersTo(p.host()))
		return nil
	}
	return &problem{
		exit: exitConfig, what: fmt.Sprintf("The challenge is of profile %q at %s (%s), and this command is for profile %q at %s (%s).",
			client.Clean(c.Profile), client.Clean(c.Host), client.Clean(c.Project), p.profile.value, p.host(), p.client.Project().ID),
		do: "Nothing was sent. Name the same profile, project and base URL as for \"challenge start\".",
	}
}
