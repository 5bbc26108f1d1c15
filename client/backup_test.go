package client

import (
	"bytes"
	"testing"
)

// TestFaultF24RestoredBackupEndsWhereTheServerSaysSo: its refresh token was
// used up long ago, and the session kept for a newer record is not for it.
func TestFaultF24RestoredBackupEndsWhereTheServerSaysSo(t *testing.T) {
	h := expired(t)
	backup := bytes.Clone(h.vault.records[h.id])
	ended := h.strict(t, nil)
	if _, err := h.account().Session(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	h.vault.records[h.id] = backup
	h.forget()
	_, err := h.account().Session(t.Context(), 0)
	if wantKind(t, err, Ended); MaybeSpent(err) || !h.vault.empty() {
		t.Errorf("got %v (may be spent %v), want it said that the session ended", err, MaybeSpent(err))
	}
	if n := len(h.requests("/v1/auth/refresh")); n != 1 || ended() != 1 {
		t.Errorf("got %d refreshes, %d sessions ended, want 1 and 1", n, ended())
	}
	if _, err = h.account().Session(t.Context(), 0); KindOf(err) != NotSignedIn {
		t.Errorf("got %v, want nothing left to try", err)
	}
}
