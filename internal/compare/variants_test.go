package compare

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"postern/internal/sandbox"
)

// tells is what each variant, switch or fault of a sandbox is known by: the
// observations that differ from a plain one, and what they say. The long lists
// of empty fields say what is missing by its first word.
var tells = map[string][]string{
	"code-replay": {
		"used code: the same code again | 200 | 401 E061102",
		"used code: the code before it | 200 | 401 E061102",
	},
	"pending-kept": {
		"second sign-up, the first not finished: answer | 400 E062107 | 200",
		"second sign-up, the first not finished: another key | no | yes",
	},
	"old-key-off": {"authenticator replaced: the old one before the new one was used | 401 E061102 | 200"},
	"same-factor-error": {
		"second factor of the same kind: answer | 400 E011004 | 200",
		"second factor of the same kind: amr | none | totp",
	},
	"mfa-not-in-refresh": {"second factor: amr of the refresh token | email | email, totp, mfa"},
	"voice-amr":          {"amr of a code by voice: amr | voice | sms"},
	"user-on-refresh":    {"refresh and rotation: user | object | null"},
	"validate-numbers": {
		"validate: exp | number of seconds | RFC 3339",
		"validate: iat | number of seconds | RFC 3339",
	},
	"zeros-left-out": {
		"test user: empty fields | none | OAuth",
		"reply to a sign-in: empty fields | none | claims",
		"reply to a sign-in: empty fields of the user | none | OAuth",
		"who am I: empty fields | none | OAuth",
		"sign-in history: empty fields of a line | none | city",
		"my tenants: form | no list | list in a field",
		"refresh and rotation: user | left out | null",
		"refresh and rotation: empty fields | none | claims",
		"logout: empty fields | none | claims",
	},
	"session-token=cookies": {"tokens of a sign-in: session token in | cookie DS | body"},
	"refresh-token=cookies": {"tokens of a sign-in: refresh token in | cookie DSR | body"},
	"rotation=strict": {
		"refresh and rotation: refresh token | a new one | none",
		"refresh and rotation: the old refresh token again | 401 E064001 | 200",
		"refresh and rotation: the newest refresh token after that | 401 E064001 | 200",
	},
	"rotation=grace": {"refresh and rotation: refresh token | a new one | none"},
	"issuer=url":     {"tokens of a sign-in: issuer | URL of the host that was called | project id"},
	"issuer=custom":  {"tokens of a sign-in: issuer | URL of another host | project id"},
	"history-html": {
		"sign-in history: answer | 200 not JSON | 200",
		"sign-in history: form | no list | list at the root",
		"sign-in history: empty fields of a line | (did not come so far) | city",
		"sign-in history: fields of a line | (did not come so far) | ip:text",
		"sign-in history: time | (did not come so far) | number of seconds",
	},
}

// set turns on one of tells.
func set(t *testing.T, o *sandbox.Options, name string) {
	switch name {
	case "session-token=cookies":
		o.SessionToken = sandbox.Cookies
	case "refresh-token=cookies":
		o.RefreshToken = sandbox.Cookies
	case "rotation=strict":
		o.Rotation = sandbox.Strict
	case "rotation=grace":
		o.Rotation = sandbox.Grace(1e9)
	case "issuer=url":
		o.Issuer = sandbox.IssuerURL
	case "issuer=custom":
		o.Issuer = sandbox.IssuerCustomHost
	case "history-html":
		o.Faults = append(o.Faults, "html@/v1/auth/me/history")
	default:
		if !slices.Contains(sandbox.Variants(), name) {
			t.Fatalf("there is no variant %q", name)
		}
		o.Variants = append(o.Variants, name)
	}
}

// compared fails the test unless exactly these tell that a sandbox differs.
func compared(t *testing.T, names ...string) {
	t.Helper()
	var o sandbox.Options
	var want []string
	for _, name := range names {
		set(t, &o, name)
		want = append(want, tells[name]...)
	}
	got := differing(t, o)
	for i, line := range got {
		parts := strings.Split(line, " | ")
		if last := strings.Split(parts[2], ", "); strings.Contains(parts[0], "fields") {
			parts[2] = last[0]
		}
		got[i] = strings.Join(parts, " | ")
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got differences\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestEveryVariantIsFoundByItself(t *testing.T) {
	for _, name := range sandbox.Variants() {
		if len(tells[name]) == 0 {
			t.Errorf("nothing tells the variant %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tells)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compared(t, name)
		})
	}
}

func TestFiveVariantsAreFoundAndNothingElse(t *testing.T) {
	compared(t, "code-replay", "old-key-off", "same-factor-error", "user-on-refresh", "voice-amr")
	compared(t, "pending-kept", "mfa-not-in-refresh", "validate-numbers", "user-on-refresh", "code-replay")
}

func TestFiveSwitchesAreFoundAndNothingElse(t *testing.T) {
	compared(t, "session-token=cookies", "refresh-token=cookies", "rotation=strict", "issuer=url", "history-html")
}
