package sdktest

import (
	"slices"

	"postern/internal/sandbox"
)

var (
	urlIssuer    = set("the issuer is a URL", func(o *sandbox.Options) { o.Issuer = sandbox.IssuerURL })
	customIssuer = set("the issuer is another host", func(o *sandbox.Options) { o.Issuer = sandbox.IssuerCustomHost })
)

func backwards(list []any) []any { slices.Reverse(list); return list }

func first(list []any) []any { return list[:1] }

var selfChecks = []check{
	{name: "me is the user of the refresh token", notices: []sabotage{
		variant("zeros-left-out"),
		lacks(me, "TOTP"), says(me, "name", ""), says(me, "status", "invited"), lacks(me, "roleNames"), refuses(me),
		ignores(totpSignUp, "user.givenName"), ignores(totpSignUp, "user.phone"),
	}},
	{name: "me with a session token is refused", notices: refusal(me)},
	{name: "history lists the sign-ins, newest first", notices: []sabotage{
		lists("the history is oldest first", history, backwards), lists("the history is short", history, first),
		lists("the history has no address", history, func(list []any) []any {
			delete(list[0].(object), "ip")
			return list
		}), refuses(history), idles(history),
	}},
	{name: "a session token lists the tenants with their roles", notices: []sabotage{
		claims(otpVerify, "tenants", nil), claims(otpVerify, "tenants", object{"T1": object{}, "T2": object{}}),
		ignores(mgmtCreate, "userTenants"),
	}},
	{name: "my tenants by id are those asked for", notices: []sabotage{
		ignores(tenants, "ids"), says(tenants, "tenants", []any{}), refuses(tenants),
	}},
	{name: "my current tenant is the selected one", notices: []sabotage{
		ignores(tenants, "dct"), says(tenants, "tenants", []any{}), refuses(selectTen),
	}},
	{name: "tenant selection sets the current tenant, which outlives a refresh", notices: []sabotage{
		claims(selectTen, "dct", nil), claims(refresh, "dct", nil), does(selectTen, refresh),
	}},
	{name: "selection of a tenant of others is refused", notices: refusal(selectTen)},
	{name: "a sign-in may name its tenant", notices: []sabotage{
		ignores(otpSignIn, "loginOptions.tenantId"), claims(otpVerify, "dct", nil),
	}},
	{name: "a sign-in to a tenant of others is refused", notices: append(refusal(otpSignIn),
		ignores(otpSignIn, "loginOptions.tenantId"))},
	{name: "the key set is published as the SDK reads it", notices: []sabotage{
		{name: "a key has no algorithm", path: newKeys, tell: func(_ *saboteur, a *answer) {
			delete(a.body["keys"].([]any)[0].(object), "alg")
		}},
		{name: "a key has its private half", path: newKeys, tell: func(_ *saboteur, a *answer) {
			a.body["keys"].([]any)[0].(object)["d"] = "AQAB"
		}},
	}},
	{name: "the old key set is the bare list of the same", notices: []sabotage{
		does(oldKeys, "/v2/keys/"), lists("the old key set is empty", oldKeys, func([]any) []any { return []any{} }),
	}},
	{name: "another project is refused", notices: refusal(totpSignUp)},
	{name: "the SDK accepts an issuer that is a URL", notices: []sabotage{plain, customIssuer}, project: urlIssuer.setting},
	{name: "the SDK accepts an issuer of a custom domain", notices: []sabotage{plain, urlIssuer}, project: customIssuer.setting},
}
