package sdktest

// allowed are all differences between what the client sends and what the Node
// SDK sends, and why each is meant. One that does not stand here fails, and so
// does one that does not occur in a call that it is allowed for.
var allowed = []allowance{
	{
		"totp sign-up*|totp verify*|otp *|enchanted link *|magic link *|password sign-*|password replace|" +
			"access key *|tenant selection|refresh",
		"only the client sends GET /v2/keys/<project>",
		"nothing is spent on a token that could not be checked: the SDK fetches the keys when it validates",
	},
	{
		"refresh|logout*|validate",
		"body: client none, SDK {}",
		"descope/go-sdk sends no body where there is nothing to say",
	},
	{
		"totp sign-up|password sign-up",
		"body.user: client {}, SDK none",
		"descope/go-sdk sends the user object when it is empty too",
	},
	{
		"password sign-up|password sign-in",
		"body.loginOptions: client none, SDK {}",
		"no options and empty options are the same to the service",
	},
	{
		"otp sign-up by email|enchanted link sign-up|magic link by email sign-up",
		`body.user: client {"email":"new@example.com"}, SDK none`,
		"descope/go-sdk fills in the address from the login id, so that the user has it when the login id changes",
	},
	{
		"otp sign-up by sms|otp sign-up by voice|otp sign-up by whatsapp|magic link by sms sign-up|magic link by whatsapp sign-up",
		`body.user: client {"phone":"+15555550177"}, SDK none`,
		"descope/go-sdk fills in the address from the login id, so that the user has it when the login id changes",
	},
	{
		"otp sign-up by email*|enchanted link sign-up|enchanted link sign-up with *|magic link by email sign-up|magic link by email sign-up with *",
		`body.email: client "new@example.com", SDK none`,
		"descope/go-sdk says where the code goes beside the user, as the API description has it",
	},
	{
		"otp sign-up by sms*|otp sign-up by voice*|magic link by sms sign-up|magic link by sms sign-up with *",
		`body.phone: client "+15555550177", SDK none`,
		"descope/go-sdk says where the code goes beside the user, as the API description has it",
	},
	{
		"otp sign-up by whatsapp*|magic link by whatsapp sign-up|magic link by whatsapp sign-up with *",
		`body.whatsapp: client "+15555550177", SDK none`,
		"descope/go-sdk has a field of its own for a number at WhatsApp",
	},
	{
		"my tenants",
		"body.dct: client false, SDK none",
		"descope/go-sdk writes both keys, of which one asks for nothing",
	},
	{
		"access key exchange with the auth management key",
		`Authorization: client "Bearer <project>:<access key>", SDK "Bearer <project>:<access key>:<auth key>"`,
		"the key to closed methods is no business of an exchange: the .NET SDK leaves it off as well",
	},
}
