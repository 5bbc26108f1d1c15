package cli

import (
	"slices"
	"testing"
	"time"

	"postern/client"
)

func TestChecksOfClaims(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	claims := client.Claims{
		Expires: now.Add(5 * time.Minute), Factors: []client.Text{"totp"},
		Roles: []client.Text{"admin"}, Grants: []client.Text{"read", "write"}, Tenant: "T3",
		Tenants: map[string]client.TenantClaims{"T1": {Roles: []client.Text{"editor"}, Grants: []client.Text{"read"}}},
	}
	twice := claims
	twice.Factors = []client.Text{"totp", "email"}
	mfa := claims
	mfa.Factors = []client.Text{"totp", "email", "mfa"}
	for _, row := range []struct {
		name   string
		claims client.Claims
		checks checks
		exit   int // 0: yes
		failed []string
	}{
		{"nothing asked", claims, checks{}, 0, nil},
		{"long enough", claims, checks{minTTL: 5 * time.Minute}, 0, nil},
		{"too short", claims, checks{minTTL: 5*time.Minute + 1}, 12, []string{"min-ttl"}},
		{"two factors", mfa, checks{mfa: true}, 0, nil},
		{"one factor", claims, checks{mfa: true}, 5, []string{"mfa"}},
		{"two factors without the mark", twice, checks{mfa: true}, 5, []string{"mfa"}},
		{"roles and permissions of the project", claims, checks{roles: []string{"admin"}, permissions: []string{"read", "write"}}, 0, nil},
		{"one role of two", claims, checks{roles: []string{"admin", "owner"}}, 12, []string{"role"}},
		{"a permission that is no role", claims, checks{roles: []string{"read"}}, 12, []string{"role"}},
		{"those in a tenant", claims, checks{tenant: "T1", roles: []string{"editor"}, permissions: []string{"read"}}, 0, nil},
		{"the project's do not count in a tenant", claims, checks{tenant: "T1", roles: []string{"admin"}}, 12, []string{"role"}},
		{"the tenant in use", claims, checks{tenant: "T3"}, 0, nil},
		{"another tenant", claims, checks{tenant: "T2"}, 12, []string{"tenant"}},
		{"an audience", claims, checks{audience: []string{"api"}}, 12, []string{"audience"}},
		{"a factor comes first", claims, checks{roles: []string{"x"}, mfa: true, permissions: []string{"y"}}, 5, []string{"mfa", "role", "permission"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			no, failed := row.checks.judge(row.claims, now)
			if failed != (row.exit != 0) || no.exit != row.exit || !slices.Equal(no.failed, row.failed) {
				t.Errorf("got exit %d, failed %q, want %d, %q", no.exit, no.failed, row.exit, row.failed)
			}
			if failed && no.why == "" {
				t.Error("got no reason")
			}
		})
	}
}
