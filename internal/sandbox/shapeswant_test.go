package sandbox

import (
	"slices"
	"strings"
)

// check judges the answer, and what the call left behind, by the call's name.
func (s *shaped) check(a answered) {
	s.Helper()
	switch s.call {
	case "totp-signup", "totp-update":
		for _, key := range []string{"provisioningURL", "image", "key"} {
			if a.str(key) == "" {
				s.Errorf("got no %s in %s", key, a.text)
			}
		}
		signedIn := s.must(s.verify("", s.fill["loginId"], s.code(s.fill["loginId"]), nil)) // the new key works
		if s.call == "totp-signup" {
			s.hasProfile(signedIn)
		}
	case "refresh":
		if s.claims(a.str("sessionJwt"))["dct"] != shapedTenant || a.str("refreshJwt") != "" {
			s.Errorf("got %s, want a session token in the tenant, and no refresh token", a.text)
		}
	case "logout", "logoutall":
		s.refused(s.post("/v1/auth/refresh", ":"+s.fill["refresh"], nil), 401, codeEnded)
	case "tenant-select":
		if got := s.claims(a.str("sessionJwt"))["dct"]; got != shapedTenant {
			s.Errorf("got tenant %v, want %s", got, shapedTenant)
		}
	case "me":
		if a.str("email") != ann || a.str("phone") != annsPhone {
			s.Errorf("got %s, want ann", a.text)
		}
	case "me-history":
		var visits []object
		if decode(s, a.text, &visits); len(visits) != 2 || visits[0]["userId"] == "" {
			s.Errorf("got %s, want two visits", a.text)
		}
	case "me-tenants", "me-tenants-current":
		tenants, _ := a.object["tenants"].([]any)
		if len(tenants) != 1 || tenants[0].(object)["id"] != shapedTenant {
			s.Errorf("got %s, want the one tenant", a.text)
		}
	case "keys":
		if keys, _ := a.object["keys"].([]any); len(keys) != 1 {
			s.Errorf("got %s, want one key", a.text)
		}
	case "mgmt-user-create-test":
		user := a.object["user"].(object)
		if a.object["created"] != true || user["test"] != true || user["name"] != s.body["displayName"] || user["email"] != newEmail {
			s.Errorf("got %s, want a test user as was asked for", a.text)
		}
	case "mgmt-tests-generate-otp":
		s.must(s.tryCode("email", a.str("loginId"), a.str("code")))
	default:
		s.checkCode(a)
	}
}

// checkCode judges the calls about codes of several kinds.
func (s *shaped) checkCode(a answered) {
	s.Helper()
	switch {
	case strings.HasPrefix(s.call, "totp-verify"):
		s.isSession(a, "totp", "email")
	case strings.HasPrefix(s.call, "otp-verify-"):
		s.isSession(a, s.channel.factor(), "")
	case strings.HasPrefix(s.call, "otp-signup-"):
		address := newPhone
		if s.channel == byEmail {
			address = newEmail
		}
		a := s.arrives(a, address)
		if a.object["firstSeen"] != true {
			s.Error("got somebody known, want a newcomer")
		}
		s.hasProfile(a)
		s.isSession(a, s.channel.factor(), "")
	case strings.HasPrefix(s.call, "otp-update-"):
		address := newPhone
		if s.channel == byEmail {
			address = newEmail
		}
		a := s.arrives(a, address)
		ids := a.object["user"].(object)["loginIds"].([]any)
		if added := slices.Contains(ids, any(address)); added != (s.body["addToLoginIDs"] == true) {
			s.Errorf("got login ids %v, want the new address in them: %v", ids, s.body["addToLoginIDs"])
		}
	case strings.HasPrefix(s.call, "otp-signin-"):
		address := annsPhone
		if s.channel == byEmail {
			address = ann
		}
		s.isSession(s.arrives(a, address), s.channel.factor(), "email")
	default:
		s.Fatalf("no such call: %s", s.call)
	}
}

// masks are the addresses as a reply shows them.
var masks = map[string]string{
	ann: "a***@example.com", annsPhone: "**********44", newEmail: "n***@example.org", newPhone: "**********77",
}

// arrives checks a masked reply and the message, and enters its code.
func (s *shaped) arrives(a answered, address string) answered {
	s.Helper()
	key := "maskedPhone"
	if s.channel == byEmail {
		key = "maskedEmail"
	}
	if got, want := a.str(key), masks[address]; got != want {
		s.Errorf("got %s %q, want %q", key, got, want)
	}
	if m := s.delivered(s.fill["loginId"]); m.To != address || m.Channel != string(s.channel) {
		s.Errorf("got a message by %s to %s, want %s to %s", m.Channel, m.To, s.channel, address)
	}
	return s.must(s.enterCode(string(s.channel), s.fill["loginId"]))
}

// isSession checks an answer with tokens against what the request asked for.
// first is the factor of the session that it may have been on top of.
func (s *shaped) isSession(a answered, factor, first string) {
	s.Helper()
	if got := s.claims(a.str("refreshJwt"))["drn"]; got != refreshCookie {
		s.Errorf("got drn %v of the refresh token, want %s", got, refreshCookie)
	}
	want := []string{factor}
	switch {
	case s.option("mfa") == true:
		want = []string{factor, first, "mfa"}
	case s.option("stepup") == true:
		want = []string{first}
	}
	slices.Sort(want)
	if got := s.factors(a); !slices.Equal(got, want) {
		s.Errorf("got factors %v, want %v", got, want)
	}
	claims := s.claims(a.str("sessionJwt"))
	if got, want := claims["su"] == true, s.option("stepup") == true; got != want {
		s.Errorf("got a stepped-up session: %t, want %t", got, want)
	}
	custom, _ := s.option("customClaims").(object)
	if claims["team"] != custom["team"] {
		s.Errorf("got claim team %v, want %v", claims["team"], custom["team"])
	}
	tenant, named := s.body["tenantId"]
	if named && claims["dct"] != tenant {
		s.Errorf("got tenant %v, want %v", claims["dct"], tenant)
	}
}

// hasProfile checks that the user object of a sign-up was taken over.
func (s *shaped) hasProfile(a answered) {
	s.Helper()
	sent, _ := s.body["user"].(object)
	got := a.object["user"].(object)
	for key, value := range sent {
		if value != nil && got[key] != value {
			s.Errorf("got %s %v, want %v", key, got[key], value)
		}
	}
}
