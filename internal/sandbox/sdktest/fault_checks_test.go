package sdktest

import (
	"net/http"
	"strings"

	"postern/internal/sandbox"
)

// fault is a project in which something goes wrong.
func fault(name string) func(*sandbox.Options) {
	return func(o *sandbox.Options) { o.Faults = []string{name} }
}

var faultChecks = []check{
	{name: "a disabled method is closed to the public", project: fault("disabled-method"), notices: append(
		append(refusal(totpSignUp), refusal(otpSignUp)...), plain)},
	{name: "a disabled method is open to the auth management key", project: fault("disabled-method"), notices: []sabotage{
		refuses(totpVerify), refuses(totpVerify).starting(2), keyless(totpSignUp), keyless(totpVerify).starting(2),
	}},
	{name: "a wrong auth management key is refused", project: fault("disabled-method"), notices: append(
		refusal(totpSignUp), keyless(totpSignUp))},
	{name: "the rate limit says when to come back", project: fault("429"), notices: append(refusal(totpSignUp), plain,
		set("without Retry-After", fault("429-no-header")))},
	{name: "the rate limit without Retry-After gives no hint", project: fault("429-no-header"), notices: append(
		refusal(totpSignUp), plain, set("with Retry-After", fault("429")))},
	{name: "two times 503 are retried by the SDK", project: fault("503-twice@" + totpSignUp), notices: []sabotage{
		plain, set("once 503", fault("lost-reply@"+totpSignUp)),
	}},
	{name: "a lost reply is retried by the SDK, and the second key counts", project: fault("lost-reply@" + totpSignUp),
		notices: []sabotage{plain, refuses(totpVerify), says(totpSignUp, "key", "JBSWY3DPEHPK3PXP")}},
	{name: "a revoked session cannot be refreshed", project: fault("revoked"), notices: append(refusal(refresh),
		plain, refuses(me))},
	{name: "the SDK refuses a token of an unknown key", project: fault("unknown-kid"), notices: []sabotage{plain}},
	{name: "the SDK refuses a token that is not valid yet", project: fault("not-yet-valid"), notices: []sabotage{
		plain, claims(totpVerify, "nbf", nil)}},
	{name: "the SDK refuses a token that has expired", project: fault("expired"), notices: []sabotage{plain}},
	{name: "the SDK refuses a token of another project", project: fault("other-project"), notices: []sabotage{plain}},
	{name: "a token of another user is told by its subject", project: fault("other-user"), notices: []sabotage{plain}},
	{name: "a token without an end has none", project: fault("no-exp"), notices: []sabotage{plain}},
	{name: "a web page in place of a reply is no success", project: fault("html"), notices: []sabotage{plain}},
}

// keyless loses the auth management key on the way.
func keyless(path string) sabotage {
	return sabotage{name: named(path) + " does not read the auth management key", path: path,
		ask: func(_ *saboteur, r *http.Request, _ object) {
			auth := r.Header.Get("Authorization")
			if i := strings.LastIndex(auth, ":"); i >= 0 {
				r.Header.Set("Authorization", auth[:i])
			}
		}}
}
