package ui

import (
	"fmt"
	"strings"

	"postern/client"
)

// The sentences about the service's own error codes.

// meaning is our own sentence for one of the service's codes, and what to do.
// {called} stands for how the program was called.
type meaning struct {
	what, do string
	next     []string
}

// meanings are those of Descope's error codes that a person can meet. The
// codes are from the SDKs (descope/go-sdk, descope/errors.go; node-sdk;
// python-sdk; descope-swift), from Descope's documentation, and some from
// replies that were seen in the field. Those that the client has a kind for are
// explained by that.
var meanings = map[client.Text]meaning{
	"E010009": {"The service met an error of its own.", "Try again in a minute; if it stays, tell whoever runs the project.", nil},
	"E011001": {"The service could not read the request.", "Try again; if it stays, report it with --debug FILE.", nil},
	"E011002": {"The service misses something that this needs, such as an email address or a phone number.", "Give it with --email or --phone.", nil},
	"E011003": {"The service does not take what was typed.", "Change what it names, and try again.", nil},
	"E011004": {"The service does not know one of the values.", "Check the options, the tenant and the template that were given.", nil},
	"E011008": {"There is no project with this id.", "Check --project-id, and --base-url for its region.", nil},
	"E013009": {"The project has nobody to carry this message.", "Ask whoever runs the project to set up the connector; or use another method.", nil},
	"E032101": {"The SMS could not be delivered.", "Check the number, or use another method.", nil},
	"E032106": {"The service does not take this phone number.", "Check it: + and the country code first, as in +4915112345678.", nil},
	"E033005": {"The service seems to count too many messages to this address.", "Wait some minutes, or use another method.", nil},
	"E061003": {"The project does not allow the address that the link is to lead to.", "Ask whoever runs the project to approve that domain.", nil},
	"E061004": {"The service does not allow this here (E061004).", "Sign in again: {called} login. Where the profile has an auth management key, check that: {called} profile key set", []string{"login"}},
	"E062504": {"The link is too old, or was used.", "Ask for another one, and use it soon.", nil},
	"E062802": {"No access key reached the service.", "Check the file that --key-file names.", nil},
	"E062803": {"The service does not take this access key.", "Check that it is whole and was not revoked, and that it is of this project.", nil},
	"E062909": {"The password has expired.", "Sign in with it, and set a new one: {called} login --method password. Forgotten: {called} password reset", []string{"login", "--method", "password"}},
	"E071001": {"This is no valid project id.", "Copy it once more from the Descope console, below Project.", nil},
	"E112102": {"The project's user list has nobody by this name.", "Check the login ID, or ask whoever runs the project.", nil},
	"E062503": {"The link was not opened yet.", "Open the mail on any device, then look again.", nil},
	"E061103": {"Too many wrong codes.", "Wait a minute, then try a new code.", nil},
}

// kindCodes are explained by what the client makes of them.
var kindCodes = []client.Text{
	"E061002", "E061005", "E061102", "E061104", "E062107", "E062108", "E062903", "E064001", "E130429",
}

// meaningOf explains an error by its code.
func meaningOf(e *client.Error) (x Explanation, ok bool) {
	m, ok := meanings[e.Code]
	return said(m.what, m.do, m.next...), ok
}

// switchOf names the switch of a method.
func switchOf(m client.Method) string {
	return fmt.Sprintf("Authentication Methods > %s > Enable method in API and SDK", switches[m])
}

// operations tell by the beginning of an operation's name what method it is of.
var operations = []struct {
	begins string
	method client.Method
}{
	{"totp", client.TOTP}, {"otp", client.Email}, {"password", client.Password}, {"recovery", client.Recovery},
	{"magic", client.MagicLink}, {"link", client.Link}, {"enchanted", client.Link},
}

// explainClosed names the switch that the project has to turn.
func explainClosed(e *client.Error) Explanation {
	do := "Ask whoever runs the project to open it to the API."
	for _, o := range operations {
		if strings.HasPrefix(e.Op, o.begins) {
			do = fmt.Sprintf("Ask whoever runs the project to turn on: %s.", switchOf(o.method))
			break
		}
	}
	return said(
		fmt.Sprintf("This project keeps this sign-in method closed to programs (%s).", e.Code),
		Sentences(do, "With an auth management key: {called} profile key set"),
	)
}

// switches are where the Descope console opens a method for programs. The
// switch is called alike on each page (docs.descope.com,
// auth-methods/…/settings); off is the default for recovery codes.
var switches = map[client.Method]string{
	client.TOTP:  "Authenticator Apps (TOTP)",
	client.Email: "One-time Password", client.SMS: "One-time Password", client.Voice: "One-time Password",
	client.WhatsApp:  "One-time Password",
	client.Link:      "Enchanted Link",
	client.MagicLink: "Magic Link", client.MagicSMS: "Magic Link", client.MagicWhatsApp: "Magic Link",
	client.Password: "Password",
	client.Recovery: "Recovery Codes",
}
