package sdktest

import "slices"

// otpChecks are those of each channel, and then the others.
func otpChecks() []check {
	var out []check
	for _, ch := range []struct{ name, proven string }{
		{"email", "verifiedEmail"}, {"sms", "verifiedPhone"}, {"voice", "verifiedPhone"},
		{"whatsapp", "verifiedPhone"}, {"im", "verifiedPhone"},
	} {
		out = append(out, channelChecks(ch.name, ch.proven)...)
	}
	return append(out, otherOTPChecks...)
}

func channelChecks(channel, proven string) []check {
	mask := "maskedPhone"
	if channel == "email" {
		mask = "maskedEmail"
	}
	signUp, signIn, either, verify := otpSignUp+channel, otpSignIn+channel, otpEither+channel, otpVerify+channel
	otherFactor := claims(verify, "amr", []string{"other"})
	var own []sabotage
	if channel == "voice" {
		own = append(own, variant("voice-amr"))
	}
	return []check{
		{name: "otp sign-up by " + channel + " registers and proves the address", notices: append(own,
			says(signUp, mask, "***"), lacks(signUp, "verificationAttempts"), refuses(signUp), ignores(signUp, "user"),
			says(verify, "firstSeen", false), says(verify, "user."+proven, false), refuses(verify), otherFactor)},
		{name: "otp sign-in by " + channel + " is of the same user", notices: []sabotage{
			says(signIn, mask, "***"), refuses(signIn), otherFactor.starting(2),
			says(verify, "firstSeen", true).starting(2), says(verify, "user.userId", "U0").starting(2),
		}},
		{name: "otp sign-up-or-in by " + channel + " knows who is new", notices: []sabotage{
			refuses(either), says(verify, "firstSeen", false), says(verify, "firstSeen", true), does(either, signUp),
		}},
		{name: "a wrong otp code by " + channel + " is refused, and the right one still good", notices: slices.Concat(
			refusal(verify), []sabotage{refuses(verify).starting(2)})},
	}
}

var otherOTPChecks = []check{
	{name: "a new otp code cancels the one before", notices: slices.Concat(
		refusal(otpVerify), []sabotage{refuses(otpVerify).starting(3)})},
	{name: "an otp code is good once", notices: refusal(otpVerify)},
	{name: "an otp code is good for five minutes", notices: refusal(otpVerify)},
	{name: "an otp code is shut after five wrong ones", notices: slices.Concat(
		refusal(otpVerify), from(6, refusal(otpVerify)))},
	{name: "an otp code of one channel is none on another", notices: slices.Concat(
		refusal(otpVerify+"sms"), []sabotage{does(otpVerify+"sms", otpVerify+"email"), refuses(otpVerify + "email")})},
	{name: "otp sign-in of somebody unknown is refused", notices: append(
		refusal(otpSignIn), does(otpSignIn+"email", otpEither+"email"))},
	{name: "otp sign-up of somebody registered is refused", notices: append(
		refusal(otpSignUp), does(otpSignUp+"email", otpEither+"email").starting(2))},
	{name: "an otp by sms needs a phone number", notices: append(
		refusal(otpSignUp), does(otpSignUp+"sms", otpSignUp+"email"))},
	{name: "otp update of an email counts with its code", notices: []sabotage{
		says(otpUpdate, "maskedEmail", "***"), says(me, "email", "new@example.com"),
		says(otpVerify, "user.email", ""), says(otpVerify, "user.verifiedEmail", false),
		claims(otpVerify, "amr", []string{"totp"}),
	}},
	{name: "otp update of a phone with mfa keeps the factors before", notices: []sabotage{
		ignores(otpUpdate, "mfa"), says(otpVerify, "user.phone", ""), says(otpVerify, "user.verifiedPhone", false),
	}},
	{name: "otp update adds the address to the login ids when asked", notices: []sabotage{
		ignores(otpUpdate, "addToLoginIDs"),
	}},
}
