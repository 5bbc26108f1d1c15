package client

import "testing"

// tenantReply answers a choice of tenant.
func (f *fakeDescope) tenantReply(n int, tenant string, refresh bool) string {
	claims := f.claims(sessionKind, n)
	claims["dct"] = tenant
	reply := map[string]any{"sessionJwt": f.sign(claims), "refreshJwt": ""}
	if refresh {
		reply["refreshJwt"] = f.sign(f.claims(refreshKind, n))
	}
	return f.reply(reply)
}

// A tenant belongs to the same session at the server: logging the old refresh
// token out would end the new one with it.
func TestTenantIsKeptAndNothingIsLoggedOut(t *testing.T) {
	for name, rotates := range map[string]bool{"refresh token stays": false, "refresh token is replaced": true} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			a := h.signedIn(t)
			before := h.vault.record(t, h.id)
			h.says("/v1/auth/tenant/select", 200, h.tenantReply(5, "T1", rotates))
			s, err := a.UseTenant(t.Context(), "T1")
			if err != nil || s.Claims().Tenant != "T1" {
				t.Fatalf("got %v, %v; want a session in T1", s, err)
			}
			asked := h.requests("/v1/")
			if len(asked) != 1 || asked[0].Body != `{"tenant":"T1"}` || asked[0].Auth != "Bearer "+projectID+":"+before.Refresh {
				t.Errorf("got requests %+v, want the one choice", asked)
			}
			after := h.vault.record(t, h.id)
			if after.Gen != before.Gen+1 || after.Spending || (after.Refresh != before.Refresh) != rotates || after.LoginID != loginID {
				t.Errorf("got generation %d after %d, spending %v, login ID %q", after.Gen, before.Gen, after.Spending, after.LoginID)
			}
			again, err := h.account().Session(t.Context(), 0)
			if err != nil || again.Claims().Tenant != "T1" {
				t.Errorf("another process: got %v, %v; want T1", again, err)
			}
		})
	}
}

func TestTenantThatIsRefusedChangesNothing(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	before := h.vault.record(t, h.id)
	h.says("/v1/auth/tenant/select", 400, `{"errorCode":"E011004","errorDescription":"An argument is invalid"}`)
	_, err := a.UseTenant(t.Context(), "T9")
	wantKind(t, err, Refused)
	if after := h.vault.record(t, h.id); after.Gen != before.Gen || after.Spending {
		t.Errorf("got generation %d, spending %v; want the record as it was", after.Gen, after.Spending)
	}
}

func TestTenantWithoutAnAnswerLeavesTheMark(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	h.says("/v1/auth/tenant/select", 503, "")
	if _, err := a.UseTenant(t.Context(), "T1"); err == nil {
		t.Fatal("got no error, want one")
	}
	if after := h.vault.record(t, h.id); !after.Spending {
		t.Error("the token may be spent, and the record does not say so")
	}
}
