//go:build linux

package pictures

// What scenes begin with. Codes are asked for by a command, as nobody is there
// to type them.
const (
	signedUp = `postern --profile sandbox signup ada@example.com --email ada@example.com --phone +15555550100 \
	--no-input --enrollment-out key.json --code-command 'postern sandbox code ada@example.com'; `
	signedOut = "postern logout; "
	byEmail   = `postern --profile sandbox signup bob@example.com --method email --no-input \
	--code-command 'postern sandbox inbox --code bob@example.com'; `
)

// parts are the tour, in its order.
var parts = []struct {
	title  string
	scenes []scene
}{
	{"Signing up", []scene{
		{name: "login-id", title: "Who",
			note: "With nothing configured it is the sandbox, and every screen says so.",
			call: "postern signup", until: "Login ID"},
		{name: "details", title: "Details",
			note: "Name, email address and phone number are optional, and asked for one by one.",
			call: "postern signup", play: []string{"Login ID", "ada\r", "Your name", "Ada Lovelace\r", "Email address", "ada@example.com\r", "Phone number", "+49151"},
			until: `> \+49151`},
		{name: "scan", title: "Scan",
			note: "Black on white on every theme. The screen is the alternate one: nothing of it stays in the scrollback.",
			call: "postern signup ada@example.com", until: "next code in"},
		{name: "scan-help", title: "Its keys",
			note: "`?` on the scan screen.",
			call: "postern signup ada@example.com", play: []string{"next code in", "?"}, until: "Any key goes back"},
		{name: "scan-small", title: "A small window",
			note: "Where the QR code does not fit, the key is there to be typed.",
			call: "postern signup ada@example.com", columns: 44, rows: 16, until: "next code in"},
		{name: "confirm", title: "By SMS",
			note: "A number that somebody typed is shown with its country before a message goes there.",
			call: "postern signup ada@example.com --method sms --phone +4915112345678", until: "Send a"},
		{name: "store", title: "Where the session stays",
			note: "Asked before anything is sent, on a machine without a keyring, such as a server or a container.", keyless: true,
			call: "postern signup ada@example.com", until: "Nowhere"},
		{name: "password", title: "By password",
			note: "It is held against the project's rules while it is typed, unseen.",
			call: "postern signup ada@example.com --method password", play: []string{"A new password", "Spring"}, until: "> ••••••"},
		{name: "signed-up", title: "Done",
			note: "Who, for how long, where it is kept, and what comes next.",
			call: "postern signup ada@example.com", play: []string{"next code in", "{code}"}},
	}},
	{"Signing in", []scene{
		{name: "code", title: "A code from the app",
			note: "The host stands beside every code field.", before: signedUp + signedOut,
			call: "postern login ada@example.com", until: "next code in"},
		{name: "methods", title: "Another method",
			note: "`m` on a code screen, or `l` where the phone is lost.", before: signedUp + signedOut,
			call: "postern login ada@example.com", play: []string{"next code in", "m"}, until: "How do you want"},
		{name: "delivered", title: "A delivered code",
			note: "`p` looks into the sandbox's inbox.", before: signedUp + signedOut,
			call: "postern login ada@example.com --method email", play: []string{"another one in", "p"}, until: "Sandbox inbox"},
		{name: "link", title: "A link to press",
			note: "The mail has three links; the number says which is the right one.", before: signedUp + signedOut,
			call: "postern login ada@example.com --method link", until: "Waiting:"},
		{name: "magic-link", title: "A link to paste",
			note: "The link from the message, or its token.", before: signedUp + signedOut,
			call: "postern login ada@example.com --method magic-link", until: "another one in"},
		{name: "recovery", title: "A recovery code",
			note: "For who made some before the phone was lost.", before: signedUp + signedOut,
			call: "postern login ada@example.com --method recovery", play: []string{"Recovery code", "Q3ZK7-2M"}, until: "Q3ZK7-2M"},
	}},
	{"Once signed in", []scene{
		{name: "home", title: "Home",
			note: "`postern` by itself. Every task comes back to it.", before: signedUp,
			call: "postern", until: "Sign out"},
		{name: "second-factor", title: "A second factor",
			note: "What cannot be used is said with its reason.", before: signedUp,
			call: "postern mfa verify", until: "A second factor for"},
		{name: "step-up", title: "Step up",
			note: "", before: signedUp,
			call: "postern stepup", until: "From where"},
		{name: "replace", title: "Replacing the authenticator",
			note: "After a code from another factor, and before anything is changed.", before: signedUp,
			call: "postern mfa add totp", play: []string{"From where", "j\r", "another one in", "{inbox}\r"}, until: "Your app may"},
		{name: "recovery-codes", title: "Recovery codes",
			note: "For the day when the phone is lost. They are on the alternate screen, too.", before: signedUp,
			call: "postern mfa recovery-codes", play: []string{"become void", "\r"}, until: "I have written"},
		{name: "live", title: "Somebody else is signed in",
			note: "", before: signedUp,
			call: "postern login bob@example.com", until: "Signed in already"},
	}},
	{"When something is wrong", []scene{
		{name: "wrong-code", title: "A wrong code",
			note: "While the key is known, a code that it does not make is not even sent.",
			call: "postern signup ada@example.com", play: []string{"next code in", "000000"}, until: "! "},
		{name: "clock-off", title: "A phone whose clock is off",
			note: "",
			call: "postern signup ada@example.com", play: []string{"next code in", "{late}"}, until: "! "},
		{name: "refused", title: "A code that the server refuses",
			note: "", before: signedUp + signedOut,
			call: "postern login ada@example.com", play: []string{"next code in", "000000"}, until: "! "},
		{name: "exists", title: "The account is there already",
			note: "", before: signedUp + signedOut,
			call: "postern --profile sandbox signup ada@example.com", until: "has an account"},
		{name: "unknown", title: "There is no account",
			note: "",
			call: "postern login eve@example.com", play: []string{"next code in", "000000"}, until: "There is no account"},
		{name: "rate-limited", title: "Too many requests",
			note: "Nothing is repeated by itself.", serve: "--fault 429",
			call: "postern login ada@example.com --method email", until: "That did not work"},
		{name: "closed", title: "A method that the project has closed",
			note: "", serve: "--fault disabled-method",
			call: "postern login ada@example.com --method email", until: "That did not work"},
	}},
	{"Line by line, silently, and commands", []scene{
		{name: "plain", title: "Line by line",
			note: "With `--plain`, `ACCESSIBLE`, `TERM=dumb` or without UTF-8.",
			call: "postern --plain signup ada@example.com", play: []string{"Code for", "p\r", `Sandbox phone: .*\nCode for`, "{phone}\r"}},
		{name: "silent", title: "Silently",
			note: "For scripts: the key goes into a file, and a command answers with the code.",
			call: "postern --profile sandbox signup ada@example.com --no-input \\\n" +
				"    --enrollment-out key.json \\\n    --code-command 'postern sandbox code ada@example.com'"},
		{name: "silent-missing", title: "Silently, and something is missing",
			note: "With `--no-input` nothing is asked; what is missing is named.",
			call: `postern --profile sandbox signup ada@example.com --no-input; echo "exit $?"`},
		{name: "status", title: "`postern status`",
			note: "Each value with where it came from.", before: signedUp,
			call: "postern status"},
		{name: "check", title: "`postern check`",
			note: "For scripts: an exit code, and one line for a person.", before: signedUp,
			call: `postern check --mfa --role admin; echo "exit $?"`},
		{name: "inspect", title: "`postern inspect`",
			note: "A token taken apart.", before: signedUp,
			call: "postern token --quiet | postern inspect"},
	}},
}
