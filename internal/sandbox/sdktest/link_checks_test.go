package sdktest

import "slices"

const (
	linkSignUp = "/v1/auth/enchantedlink/signup/email"
	linkSignIn = "/v1/auth/enchantedlink/signin/email"
	linkEither = "/v1/auth/enchantedlink/signup-in/email"
	linkUpdate = "/v1/auth/enchantedlink/update/email"
	linkVerify = "/v1/auth/enchantedlink/verify"
	linkWait   = "/v1/auth/enchantedlink/pending-session"
	linkMade   = "/v1/mgmt/tests/generate/enchantedlink"

	magicSignUp = "/v1/auth/magiclink/signup/"
	magicSignIn = "/v1/auth/magiclink/signin/"
	magicEither = "/v1/auth/magiclink/signup-in/"
	magicUpdate = "/v1/auth/magiclink/update/"
	magicVerify = "/v1/auth/magiclink/verify"
	magicMade   = "/v1/mgmt/tests/generate/magiclink"
)

var enchantedChecks = []check{
	{name: "an enchanted link is the one of three with the number that is shown", notices: []sabotage{
		says(linkSignUp, "linkId", "1"), says(linkSignUp, "maskedEmail", "***"), lacks(linkSignUp, "pendingRef"),
		{name: "the number is of another link", path: linkSignUp, tell: func(_ *saboteur, a *answer) {
			number := a.body["linkId"].(string)
			a.body["linkId"] = number[1:] + string(rune('0'+(number[0]-'0'+1)%10))
		}},
	}},
	{name: "an enchanted link that nobody opened is pending", notices: refusal(linkWait)},
	{name: "the SDK waits for an enchanted link and gets the session", notices: []sabotage{
		refuses(linkVerify), idles(linkVerify), ignores(linkSignUp, "user"), says(linkWait, "firstSeen", false),
		says(linkWait, "user.verifiedEmail", false), claims(linkWait, "amr", []string{"enchantedlink"}),
	}},
	{name: "the SDK gives up on an enchanted link that nobody opens", notices: []sabotage{forgives(linkWait)}},
	{name: "an enchanted link may be opened in a browser", notices: []sabotage{
		idles("/sandbox/link"), ignores(linkSignUp, "URI"),
	}},
	{name: "a wrong one of the three enchanted links ends the sign-in", notices: slices.Concat(
		refusal(linkVerify), from(2, refusal(linkVerify)), refusal(linkWait), []sabotage{idles(linkVerify)})},
	{name: "an enchanted link is opened once", notices: refusal(linkVerify)},
	{name: "the session of an enchanted link is fetched once", notices: append(refusal(linkWait), idles(linkVerify))},
	{name: "an enchanted link is good for ten minutes", notices: append(refusal(linkVerify), refusal(linkWait)...)},
	{name: "an enchanted link signs the same user in", notices: []sabotage{
		does(linkSignIn, linkSignUp), says(linkWait, "firstSeen", true), says(linkWait, "user.userId", "U0").starting(2),
	}},
	{name: "an enchanted link for sign-up or sign-in knows who is new", notices: []sabotage{
		does(linkEither, linkSignUp), does(linkEither, linkSignIn), says(linkWait, "firstSeen", false),
	}},
	{name: "an enchanted link for somebody unknown is refused", notices: append(refusal(linkSignIn), does(linkSignIn, linkEither))},
	{name: "an enchanted link signs nobody up twice", notices: append(refusal(linkSignUp), does(linkSignUp, linkEither).starting(2))},
	{name: "mfa by enchanted link after totp", notices: []sabotage{
		ignores(linkSignIn, "loginOptions.mfa"), ignores(linkSignIn, "loginOptions.stepup"),
		ignores(linkSignIn, "loginOptions.customClaims"), claims(linkWait, "amr", []string{"totp", "email"}),
	}},
	{name: "mfa by enchanted link without a refresh token is refused", notices: append(refusal(linkSignIn),
		ignores(linkSignIn, "loginOptions.mfa"))},
	{name: "enchanted update of an email counts when it was opened", notices: []sabotage{
		says(me, "email", "eve@example.com"), says(linkWait, "user.email", ""), says(linkWait, "user.verifiedEmail", false),
		refuses(linkUpdate),
	}},
	{name: "an enchanted link is made for a test user", notices: []sabotage{
		lacks(linkMade, "loginId"), lacks(linkMade, "pendingRef"), ignores(linkMade, "URI"), refuses(linkVerify),
		says(linkWait, "user.userId", "U0"),
	}},
}

// magicChecks are those of each channel, and then the others.
func magicChecks() []check {
	return slices.Concat(magicChannel("email", "verifiedEmail"), magicChannel("sms", "verifiedPhone"),
		magicChannel("whatsapp", "verifiedPhone"), otherMagicChecks)
}

func magicChannel(channel, proven string) []check {
	signUp, signIn, either := magicSignUp+channel, magicSignIn+channel, magicEither+channel
	return []check{
		{name: "magic link sign-up by " + channel + " registers and proves the address", notices: []sabotage{
			lacks(signUp, "verificationAttempts"), ignores(signUp, "user"), says(magicVerify, "firstSeen", false),
			says(magicVerify, "user."+proven, false), claims(magicVerify, "amr", []string{"magiclink"}),
		}},
		{name: "magic link sign-in by " + channel + " is of the same user", notices: []sabotage{
			refuses(signIn), says(magicVerify, "firstSeen", true), says(magicVerify, "user.userId", "U0"),
			claims(magicVerify, "amr", nil),
		}},
		{name: "magic link sign-up-or-in by " + channel + " knows who is new", notices: []sabotage{
			does(either, signUp), does(either, signIn), says(magicVerify, "firstSeen", false),
		}},
	}
}

var otherMagicChecks = []check{
	{name: "magic links are good side by side, each once", notices: append(refusal(magicVerify),
		refuses(magicVerify), refuses(magicVerify).starting(2))},
	{name: "a magic link is good for ten minutes", notices: refusal(magicVerify)},
	{name: "a token that was never in a magic link is refused", notices: refusal(magicVerify)},
	{name: "an enchanted link is no magic link, and the other way round", notices: append(refusal(magicVerify),
		append(refusal(linkVerify), does(magicVerify, linkVerify), does(linkVerify, magicVerify))...)},
	{name: "a magic link leads where it was asked to, with the token behind", notices: []sabotage{
		ignores(magicSignUp, "URI"), refuses(magicVerify),
	}},
	{name: "a landing address may have the other name", notices: []sabotage{ignores(magicSignUp, "redirectUrl")}},
	{name: "a landing address that is none is refused", notices: append(refusal(magicSignUp), ignores(magicSignUp, "URI"))},
	{name: "a magic link to somebody unknown is refused", notices: append(refusal(magicSignIn),
		does(magicSignIn+"email", magicEither+"email"))},
	{name: "a magic link signs nobody up twice", notices: append(refusal(magicSignUp),
		does(magicSignUp+"email", magicEither+"email"))},
	{name: "mfa by magic link after totp", notices: []sabotage{
		ignores(magicSignIn, "loginOptions.mfa"), claims(magicVerify, "amr", []string{"totp", "sms"}),
	}},
	{name: "mfa by magic link without a refresh token is refused", notices: append(refusal(magicSignIn),
		ignores(magicSignIn, "loginOptions"))},
	{name: "magic update of a phone counts when it was opened", notices: []sabotage{
		says(me, "phone", "+15555550199"), says(magicVerify, "user.phone", ""), says(magicVerify, "user.verifiedPhone", false),
		refuses(magicUpdate),
	}},
	{name: "a magic link is made for a test user", notices: []sabotage{
		lacks(magicMade, "loginId"), claims(magicVerify, "sub", "U0"),
		ignores(magicMade, "loginOptions.customClaims"), ignores(magicMade, "loginOptions.tenantId"),
	}},
	{name: "no magic link is made for somebody who is no test user", notices: refusal(magicMade)},
}
