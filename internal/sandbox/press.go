package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// ErrNoLink is the error of [Sandbox.Press] for a login id to which no
// enchanted link was delivered.
var ErrNoLink = errors.New("no enchanted link")

// Press presses the right link of the newest enchanted message to a login id,
// by the call that the page behind the link makes, and returns its number. A
// link that is used or has expired is an error.
func (s *Sandbox) Press(ctx context.Context, loginID string) (linkID string, err error) {
	messages, err := s.Inbox(ctx)
	if err != nil {
		return "", err
	}
	for _, m := range messages {
		if m.Kind != EnchantedMessage || !strings.EqualFold(m.LoginID, loginID) {
			continue
		}
		if err := s.press(ctx, m.Link); err != nil {
			return "", fmt.Errorf("press link of %q: %w", loginID, err)
		}
		return m.LinkID, nil
	}
	return "", fmt.Errorf("press link of %q: %w", loginID, ErrNoLink)
}

// press makes the call of the page that a link leads to.
func (s *Sandbox) press(ctx context.Context, link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return errors.New("the message holds no link")
	}
	given := u.Query()["t"] // the last one is the sandbox's
	if len(given) == 0 {
		return errors.New("the message holds no link")
	}
	body, err := json.Marshal(map[string]string{"token": given[len(given)-1]})
	if err != nil {
		return err
	}
	const call = "https://sandbox.invalid/v1/auth/enchantedlink/verify"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, call, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.ProjectID())
	resp, err := s.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var refused struct {
		ErrorDescription string `json:"errorDescription"`
		ErrorMessage     string `json:"errorMessage"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&refused); err != nil {
		return fmt.Errorf("answered %s: %w", resp.Status, err)
	}
	return errors.New(strings.ToLower(refused.ErrorDescription + ": " + refused.ErrorMessage))
}
