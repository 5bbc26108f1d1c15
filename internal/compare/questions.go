package compare

// questions are what a walk does not ask, and why. Their items, like those of
// the steps, are numbers of this list of what Descope does not publish:
//
//	1   form of the otpauth link and of the picture
//	2   TOTP: clock window, used codes, tries, and the errors of sign-up
//	3   whether an authenticator works while it is being replaced
//	4   status and code of errors
//	5   second factor: of the same kind, with another user's token, too late
//	6   amr of each channel, and what a second factor does to the tokens
//	7   whether a delivered code heeds a refresh token
//	8   rotation of the refresh token
//	9   names for kinds of logout and of sessions
//	10  forms of replies, empty fields, masks
//	11  length and tries of delivered codes
//	12  rate limits
//	13  sign-up with a login ID that exists
//	14  user objects of a sign-up with a delivered code
//
// The item "-" is a setting of the project rather than an open question.
var questions = []Question{
	{"2", "how long wrong codes lock somebody out", "needs time"},
	{"3", "how long an unfinished sign-up lives", "needs time"},
	{"4", "an expired code, an expired token", "needs time"},
	{"5", "a second factor with an expired refresh token", "needs time"},
	{"8", "how long an old refresh token is accepted", "needs time"},
	{"9", "names for kinds of logout and of sessions", "there is nothing to try but guesses"},
	{"10", "masked phone numbers", "would send a text message"},
	{"11", "length of a code for users who are not test users", "needs a mailbox"},
	{"12", "the limit for one recipient", "would send many messages"},
	{"14", "user objects of a sign-up with a delivered code", "needs a mailbox"},
}
