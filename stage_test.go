//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"postern/client"
	"postern/keychain"
)

// staged is the program `stage` of the scripts: it brings a session into a
// state that people come to in ways that are not tested there.
//
//	stage enter LOGIN_ID TENANT[=ROLE,...]...   a new test user in these tenants, signed in
//	stage again LOGIN_ID                        the same test user, signed in once more
//	stage raise mfa|stepup LOGIN_ID             a code by email on top of the session
//	stage claim mfa                             the record says that there was a second factor
//	stage lose session                          the sealed session token is gone
func staged() {
	err := errors.New("usage: stage DEED WHAT...")
	ctx := context.Background()
	if len(os.Args) > 2 {
		s, serr := newStage()
		if err = serr; err == nil {
			err = s.do(ctx, os.Args[1], os.Args[2], os.Args[3:])
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stage:", err)
		os.Exit(1)
	}
}

type stage struct {
	client  *client.Client
	vault   client.Vault
	account *client.Account
	id      string
	state   string
}

// newStage opens the session as the program does, for the environment's
// project.
func newStage() (*stage, error) {
	project, err := client.NewProject(os.Getenv("POSTERN_PROJECT_ID"), os.Getenv("POSTERN_BASE_URL"))
	if err != nil {
		return nil, err
	}
	profile := os.Getenv("POSTERN_PROFILE")
	if profile == "" {
		profile = "default"
	}
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		state = filepath.Join(os.Getenv("HOME"), ".local", "state")
	}
	s := &stage{client: client.New(client.Config{Project: project}), state: filepath.Join(state, "postern"), id: project.Account(profile)}
	dirs := keychain.Dirs{State: s.state, Runtime: os.Getenv("XDG_RUNTIME_DIR")}
	if s.vault = keychain.NewKeyring("postern", dirs); os.Getenv("POSTERN_STORE") == "kernel" {
		s.vault = keychain.NewKernel(dirs)
	}
	s.account = client.NewAccount(s.client, profile, s.vault, keychain.NewFiles(filepath.Join(s.state, "sessions")))
	return s, nil
}

func (s *stage) do(ctx context.Context, deed, what string, more []string) error {
	switch deed + " " + what {
	case "raise mfa", "raise stepup":
		return s.raise(ctx, what == "stepup", more[0])
	case "claim mfa":
		return s.claimMFA(ctx)
	case "lose session":
		return os.RemoveAll(filepath.Join(s.state, "sessions"))
	}
	switch deed {
	case "enter":
		return s.enter(ctx, what, more)
	case "again":
		return s.again(ctx, what)
	}
	return fmt.Errorf("%s %s: no such deed", deed, what)
}

// enter makes a test user and signs them in with a code by email.
func (s *stage) enter(ctx context.Context, loginID string, tenants []string) error {
	type tenant struct {
		ID    string   `json:"tenantId"`
		Name  string   `json:"tenantName"`
		Roles []string `json:"roleNames"`
	}
	var in []tenant
	for _, t := range tenants {
		id, roles, _ := strings.Cut(t, "=")
		in = append(in, tenant{id, "Name of " + id, strings.Split(roles, ",")})
	}
	user := map[string]any{"loginId": loginID, "email": loginID, "userTenants": in}
	if err := s.manage("/v1/mgmt/user/create/test", user, nil); err != nil {
		return err
	}
	return s.again(ctx, loginID)
}

func (s *stage) again(ctx context.Context, loginID string) error {
	var sent struct{ Code string }
	if err := s.manage("/v1/mgmt/tests/generate/otp", map[string]any{"loginId": loginID, "deliveryMethod": "email"}, &sent); err != nil {
		return err
	}
	session, err := s.client.Verify(ctx, client.Verify{Method: client.Email, LoginID: loginID, Code: client.Secret(sent.Code)})
	if err == nil {
		_, err = s.account.Keep(ctx, session)
	}
	return err
}

func (s *stage) raise(ctx context.Context, stepUp bool, loginID string) error {
	on, err := s.account.Session(ctx, 0)
	if err != nil {
		return err
	}
	options := client.LoginOptions{MFA: !stepUp, StepUp: stepUp}
	if _, err := s.client.SendCode(ctx, client.Send{Method: client.Email, LoginID: loginID, Options: options, On: on}); err != nil {
		return err
	}
	code, err := exec.Command("postern", "sandbox", "inbox", "--code", loginID).Output()
	if err != nil {
		return err
	}
	raised, err := s.client.Verify(ctx, client.Verify{
		Method: client.Email, LoginID: loginID, Code: client.Secret(bytes.TrimSpace(code)), On: on,
	})
	if err != nil {
		return err
	}
	return s.account.KeepStepUp(ctx, raised, !stepUp)
}

func (s *stage) claimMFA(ctx context.Context) error {
	raw, err := s.vault.Load(ctx, s.id)
	if err != nil {
		return err
	}
	record := map[string]any{}
	if err := json.Unmarshal(raw, &record); err != nil {
		return err
	}
	record["mfa"] = true
	if raw, err = json.Marshal(record); err != nil {
		return err
	}
	return s.vault.Save(ctx, s.id, raw)
}

// manage is a management call of the sandbox.
func (s *stage) manage(path string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, s.client.Project().Base.String()+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.client.Project().ID+":"+os.Getenv("MANAGEMENT_KEY"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", path, resp.StatusCode)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
