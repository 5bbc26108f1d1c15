package client

import (
	"bytes"
	"strings"
	"testing"
)

// keyringItem is what every system's keyring takes in one item: Windows ends
// at 2,560 bytes, macOS at about 2,900.
const keyringItem = 2500

// tokenOf signs claims, padded to a token of at least size bytes.
func (h *home) tokenOf(drn string, size int) string {
	claims := h.claims(drn, 1)
	if short := size - len(h.sign(claims)); short > 0 {
		claims["pad"] = strings.Repeat("x", short*3/4)
	}
	return h.sign(claims)
}

// TestSessionTokenOfAnySizeLeavesTheRecordSmall: a person in many tenants has a
// session token that no keyring item would take.
func TestSessionTokenOfAnySizeLeavesTheRecordSmall(t *testing.T) {
	h := newHome(t)
	refresh, session := h.tokenOf(refreshKind, 1500), h.tokenOf(sessionKind, 3700)
	if len(refresh) < 1500 || len(session) < 3700 {
		t.Fatalf("got tokens of %d and %d bytes, want 1,500 and 3,700", len(refresh), len(session))
	}
	h.says("/v1/auth/totp/verify", 200, h.reply(map[string]any{
		"sessionJwt": session, "refreshJwt": refresh, "user": map[string]any{"loginIds": []string{loginID}, "userId": userID},
	}))
	a := h.account()
	s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	record := h.vault.records[h.id]
	if len(record) > keyringItem || !bytes.Contains(record, []byte(refresh)) || bytes.Contains(record, []byte(session)) {
		t.Errorf("got a record of %d bytes, want at most %d, with the refresh token only", len(record), keyringItem)
	}
	h.forget()
	got, err := h.account().Session(t.Context(), 0)
	if err != nil || got.Token().Reveal() != session || len(h.requests("/v1/auth/refresh")) != 0 {
		t.Errorf("got %v, want the session of 3,700 bytes without a refresh", err)
	}
}
