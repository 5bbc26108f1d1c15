package sdktest

import (
	"time"

	"postern/internal/sandbox"
)

const (
	keyExchange = "/v1/auth/accesskey/exchange"
	keyCreate   = "/v1/mgmt/accesskey/create"
	keyDelete   = "/v1/mgmt/accesskey/delete"
)

func audience(names ...string) func(*sandbox.Options) {
	return func(o *sandbox.Options) { o.Audience = names }
}

func inactivity(d time.Duration) func(*sandbox.Options) {
	return func(o *sandbox.Options) { o.Inactivity = d }
}

var projectChecks = []check{
	{name: "an access key is exchanged for a session of the key", notices: []sabotage{
		lacks(keyCreate, "cleartext"), says(keyCreate, "key.status", "inactive"), says(keyExchange, "keyId", "K0"),
		says(keyExchange, "expiration", 0), claims(keyExchange, "sub", "K0"), claims(keyExchange, "drn", nil),
		claims(keyExchange, "rexp", "2030-01-01T00:00:00Z"), claims(keyExchange, "amr", []string{"key"}), refuses(keyExchange),
	}},
	{name: "a session of an access key has its roles, tenants and claims", notices: []sabotage{
		ignores(keyCreate, "roleNames"), ignores(keyCreate, "keyTenants"), ignores(keyCreate, "customClaims"),
	}},
	{name: "an exchange may ask for claims and a tenant", notices: append(refusal(keyExchange),
		ignores(keyExchange, "loginOptions.customClaims"), ignores(keyExchange, "loginOptions.selectedTenant"))},
	{name: "an access key may be exchanged again and again", notices: []sabotage{refuses(keyExchange).starting(2)}},
	{name: "an access key that is none is refused", notices: refusal(keyExchange)},
	{name: "an exchange without an access key is refused", notices: refusal(keyExchange)},
	{name: "an access key is refused when it has expired", notices: append(refusal(keyExchange), ignores(keyCreate, "expireTime"))},
	{name: "a deleted access key is refused", notices: append(refusal(keyExchange), idles(keyDelete))},
	{name: "an access key is no refresh token", notices: refusal(me)},
	{name: "an access key is made with the management key alone", notices: refusal(keyCreate)},
	{name: "an audience is in the tokens and the SDK checks it", project: audience("https://api.example.com"), notices: []sabotage{
		plain, set("another audience", audience("https://other.example.com")),
		set("two audiences", audience("https://api.example.com", "https://other.example.com")),
	}},
	{name: "several audiences are a list, and each will do", project: audience("a", "b"), notices: []sabotage{
		plain, set("the first audience alone", audience("a")), set("the second audience alone", audience("b")),
	}},
	{name: "a token without an audience is refused where one is wanted", notices: []sabotage{set("an audience", audience("a"))}},
	{name: "inactivity ends a session, and replies say when to refresh", project: inactivity(10 * time.Minute), notices: append(
		refusal(refresh), plain, says(refresh, "nextRefreshSeconds", 0), set("longer", inactivity(time.Hour)))},
	{name: "without inactivity no reply says when to refresh", notices: []sabotage{
		set("inactivity", inactivity(10*time.Minute)),
	}},
}
