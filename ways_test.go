//go:build linux

package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
)

// hands are the manners that a whole task can be done in.
var hands = []hand{{name: "full screen"}, {name: "line by line", flags: []string{"--plain"}}, {name: "silent", flags: []string{"--no-input"}}}

type hand struct {
	name  string
	flags []string
}

func (h hand) silent() bool { return h.name == "silent" }

// customer is somebody at a server, with a phone that has an authenticator and
// takes messages.
type customer struct {
	*person
	server *server
	hand   hand
	at     []string // flags that name the server
}

const halfMinute = 30 * time.Second // one code of an authenticator

// phoneScript is what a script has of it: $1 is the time, by the server.
const phoneScript = `cd "$(dirname "$0")" || exit
case $POSTERN_METHOD in
totp)
	if [ -n "$POSTERN_ENROLLMENT" ]; then sed 's/.*"key":"\([A-Z2-7]*\)".*/\1/' "$POSTERN_ENROLLMENT" >key; fi
	exec oathtool --totp -b -N "@$1" "$(cat key)" ;;
password)
	if [ -n "$POSTERN_NEW_PASSWORD" ]; then exec cat new-password; fi
	exec cat password ;;
recovery) exec cat codes ;;
magic-*) exec postern sandbox inbox --link "$POSTERN_LOGIN_ID" ;;
*) exec postern sandbox inbox --code "$POSTERN_LOGIN_ID" ;;
esac
`

func newCustomer(t *testing.T, h hand, flags ...string) *customer {
	t.Helper()
	needs.Tool(t, "oathtool")
	p := newPerson(t)
	p.set("TERM=xterm-256color")
	write(t, p.path("phone"), phoneScript)
	write(t, p.path("password"), password+"\n")
	write(t, p.path("new-password"), newPassword+"\n")
	s := p.serveSteadily(0, flags...)
	return &customer{p, s, h, s.flags()}
}

// flags name the server, or a profile of it, before a command.
func (c *customer) flags(args ...string) []string { return append(slices.Clone(c.at), args...) }

// uses goes by a profile from now on.
func (c *customer) uses(profile string, flags ...string) {
	c.t.Helper()
	c.want(0, append([]string{"profile", "add", profile, "--project-id", c.server.ProjectID, "--base-url", c.server.BaseURL}, flags...)...)
	c.at = []string{"--profile", profile}
}

// code is what the authenticator shows now, or some half minutes later: each
// code is good once.
func (c *customer) code(later int) string {
	secret := strings.TrimSpace(read(c.t, c.path("key")))
	return authenticator(c.t, secret, c.server.now().Add(time.Duration(later)*halfMinute))
}

func (c *customer) delivered(loginID string) string {
	return strings.TrimSpace(c.want(0, "sandbox", "inbox", "--code", loginID).stdout)
}

// silently runs a command whose codes are taken from the phone.
func (c *customer) silently(later int, args ...string) ran {
	c.t.Helper()
	at := unix(c.server.now().Add(time.Duration(later) * halfMinute))
	args = append(c.flags(args...), "--no-input", "--code-command", "sh '"+c.path("phone")+"' "+at)
	if slices.Contains(args, "add") || slices.Contains(args, "signup") && !slices.Contains(args, "password") {
		out := c.path("enrollment.json")
		if err := os.RemoveAll(out); err != nil {
			c.t.Fatal(err)
		}
		args = append(args, "--enrollment-out", out)
	}
	return c.run(args...)
}

// must is silently, for what goes before a test.
func (c *customer) must(later int, args ...string) {
	c.t.Helper()
	if r := c.silently(later, args...); r.code != 0 {
		c.t.Fatalf("postern %s: got exit %d, want 0\n%s%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
}

// answer is what is done on one screen.
type answer func(c *customer, on *enrolling)

// does runs a command in the customer's manner to its end.
func (c *customer) does(later int, args []string, answers ...answer) (exit int, shown string) {
	c.t.Helper()
	if c.hand.silent() {
		if slices.Contains(args, "link") {
			defer c.pressing(args)()
		}
		r := c.silently(later, args...)
		return r.code, r.stdout + r.stderr
	}
	on := c.asked(args...)
	for _, a := range answers {
		a(c, on)
	}
	exit = on.Wait()
	on.CheckRestored()
	return exit, on.Screen()
}

// asked starts a command on a terminal.
func (c *customer) asked(args ...string) *enrolling {
	flags := c.flags(append(slices.Clone(c.hand.flags), args...)...)
	return &enrolling{Session: c.terminal(flags...), p: c.person, server: c.server, plain: len(c.hand.flags) > 0}
}

// newKey takes the key on the screen into the phone, and answers its code.
func newKey(c *customer, on *enrolling) {
	on.says("Code for 127.0.0.1")
	if on.plain {
		on.line("u")
		on.WaitUntil("the link", func() bool { return otpauth.Match(on.Raw()) })
		on.secret = secretOf(c.t, string(otpauth.Find(on.Raw())))
	} else {
		on.WaitUntil("a QR code that can be scanned", func() bool {
			on.secret = scan(c.t, on.Cells())
			return on.secret != ""
		})
	}
	write(c.t, c.path("key"), on.secret)
	on.code(c.code(0))
}

// app answers with the authenticator's next code.
func app(c *customer, on *enrolling) {
	on.says("Code for 127.0.0.1")
	on.code(c.code(1))
}

// secondByApp is app, after another code.
func secondByApp(c *customer, on *enrolling) {
	on.says("Second factor for " + ann + ": the authenticator app")
	app(c, on)
}

// sent answers with a code that was delivered to somebody.
func sent(loginID, by string) answer {
	return func(c *customer, on *enrolling) {
		on.says("a code was sent by " + by)
		on.line(c.delivered(loginID))
	}
}

// pressed has the link pressed that is waited for, by another process.
func pressed(loginID string) answer {
	return func(c *customer, on *enrolling) {
		on.says("Press link")
		c.want(0, "sandbox", "press", loginID)
	}
}

// pressing is pressed for a script: it looks for the mail until there is one.
// The function that it returns waits for its end.
func (c *customer) pressing(args []string) (stop func()) {
	loginID := ann
	if slices.Contains(args, eve) {
		loginID = eve
	}
	late, over, ended := time.Now().Add(20*time.Second), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for time.Now().Before(late) && c.run("sandbox", "press", loginID).code != 0 {
			select {
			case <-over:
				return
			default:
			}
		}
	}()
	return func() { close(over); <-ended }
}

// pasted answers with the link that was delivered.
func pasted(loginID, by string) answer {
	return func(c *customer, on *enrolling) {
		on.says("a link was sent by " + by)
		on.line(strings.TrimSpace(c.want(0, "sandbox", "inbox", "--link", loginID).stdout))
	}
}

// picking chooses where something is asked.
func picking(words, number string) answer {
	return func(_ *customer, on *enrolling) {
		on.says(words)
		on.picks(number)
	}
}

// claims are those of a token, as it is printed.
func (c *customer) claims(flags ...string) (of struct {
	Factors []string `json:"amr"`
	StepUp  bool     `json:"su"`
	Team    string   `json:"team"`
}) {
	c.t.Helper()
	r := c.want(0, c.flags(append([]string{"token", "--format", "claims"}, flags...)...)...)
	if err := json.Unmarshal([]byte(r.stdout), &of); err != nil {
		c.t.Fatalf("claims %q: %v", r.stdout, err)
	}
	return of
}

const (
	ann = "ann@example.com"
	eve = "eve@example.com"

	password    = "Correct horse 1"
	newPassword = "Correct horse 2!"
)

// secret answers a question with what is not shown while it is typed.
func secret(words, text string) answer {
	return func(c *customer, on *enrolling) {
		on.says(words)
		on.says("Password for 127.0.0.1")
		on.line(text)
		if strings.Contains(string(on.Raw()), text) {
			c.t.Errorf("the terminal was sent the password")
		}
	}
}

// onPaper answers with the first recovery code.
func onPaper(c *customer, on *enrolling) {
	on.says("Recovery code for 127.0.0.1")
	code, _, _ := strings.Cut(read(c.t, c.path("codes")), "\n")
	on.line(code)
}

// linked answers with the link in the newest mail.
func linked(c *customer, on *enrolling) {
	on.says("a link was sent by email")
	on.line(strings.TrimSpace(c.want(0, "sandbox", "inbox", "--link", ann).stdout))
}

func nobody(*customer) {}

// byApp has an account with an authenticator, and is signed in with it.
func byApp(c *customer) {
	c.must(0, "signup", ann, "--name", "Ann", "--email", ann, "--phone", "+15555550100")
}

func away(c *customer) {
	byApp(c)
	c.want(0, c.flags("logout")...)
}

// byMail has both, and is signed in with the other.
func byMail(c *customer) {
	away(c)
	c.must(0, "login", ann, "--method", "email")
}

// without has no authenticator.
func without(c *customer) {
	c.must(0, "signup", ann, "--method", "email", "--phone", "+15555550100")
}

// byPassword has an account with a password and an address, and is signed in.
func byPassword(c *customer) {
	c.must(0, "signup", ann, "--method", "password", "--email", ann)
	write(c.t, c.path("password"), newPassword+"\n") // that is the one now
	write(c.t, c.path("new-password"), password+"\n")
}

func passwordAway(c *customer) {
	byPassword(c)
	c.want(0, c.flags("logout")...)
}

// mailAndPassword is byPassword, signed in by email.
func mailAndPassword(c *customer) {
	passwordAway(c)
	c.must(0, "login", ann, "--method", "email")
}

// onPaperAway has recovery codes, and is signed out.
func onPaperAway(c *customer) {
	byApp(c)
	c.want(0, c.flags("mfa", "recovery-codes", "--force", "--out", c.path("codes"))...)
	c.want(0, c.flags("logout")...)
}

// TestEveryOperationIsTheSameInEveryManner goes through what the SDKs offer:
// each ends with the same exit code and the same factors, whoever answers.
func TestEveryOperationIsTheSameInEveryManner(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		before  func(*customer)
		args    []string
		answers []answer
		factors string // amr, of a stepped-up token where there is one
		stepUp  bool
		team    string
	}{
		{
			"TOTP sign-up, its trio and its first code", nobody,
			[]string{"signup", ann, "--name", "Ann", "--email", ann, "--phone", "+15550100"},
			[]answer{newKey}, "totp", false, "",
		},
		{"TOTP sign-in", away, []string{"login", ann}, []answer{app}, "totp", false, ""},
		{
			"TOTP sign-in with a claim", away, []string{"login", ann, "--claim", "team=blue"},
			[]answer{app}, "totp", false, "blue",
		},
		{
			"TOTP as second factor with a claim", byMail, []string{"mfa", "verify", "--method", "totp", "--claim", "team=blue"},
			[]answer{app}, "email totp mfa", false, "blue",
		},
		{
			"TOTP as step-up with a claim", byApp, []string{"stepup", "--method", "totp", "--claim", "team=blue"},
			[]answer{app}, "totp", true, "blue",
		},
		{
			"TOTP as second factor and step-up at once", byMail, []string{"mfa", "verify", "--method", "totp", "--stepup"},
			[]answer{app}, "email totp mfa", true, "",
		},
		{"TOTP update that adds", without, []string{"mfa", "add", "totp"}, []answer{newKey}, "email totp mfa", false, ""},
		{
			"TOTP update that replaces", byApp, []string{"mfa", "add", "totp", "--method", "email"},
			[]answer{sent(ann, "email"), picking("Your app may put the new entry", "1"), newKey}, "totp", true, "",
		},
		{
			"email as second factor", byApp, []string{"mfa", "verify", "--method", "email"},
			[]answer{sent(ann, "email")}, "totp email mfa", false, "",
		},
		{
			"SMS as second factor", byApp, []string{"mfa", "verify", "--method", "sms"},
			[]answer{sent(ann, "SMS")}, "totp sms mfa", false, "",
		},
		{
			"voice as second factor", byApp, []string{"mfa", "verify", "--method", "voice"},
			[]answer{sent(ann, "phone call")}, "totp sms mfa", false, "",
		},
		{
			"OTP sign-up", nobody, []string{"signup", eve, "--method", "email"},
			[]answer{sent(eve, "email")}, "email", false, "",
		},
		{"OTP sign-in", away, []string{"login", ann, "--method", "sms"}, []answer{sent(ann, "SMS")}, "sms", false, ""},
		{
			"OTP sign-up-or-in of somebody new", away, []string{"login", eve, "--method", "email", "--or-signup"},
			[]answer{sent(eve, "email")}, "email", false, "",
		},
		{
			"OTP sign-up-or-in of somebody known", away, []string{"login", ann, "--method", "email", "--or-signup"},
			[]answer{sent(ann, "email")}, "email", false, "",
		},
		{
			"enchanted link sign-up", nobody, []string{"signup", eve, "--method", "link"},
			[]answer{pressed(eve)}, "email", false, "",
		},
		{"enchanted link sign-in", away, []string{"login", ann, "--method", "link"}, []answer{pressed(ann)}, "email", false, ""},
		{
			"enchanted link sign-up-or-in of somebody new", away, []string{"login", eve, "--method", "link", "--or-signup"},
			[]answer{pressed(eve)}, "email", false, "",
		},
		{
			"enchanted link as second factor", byApp, []string{"mfa", "verify", "--method", "link"},
			[]answer{pressed(ann)}, "totp email mfa", false, "",
		},
		{
			"enchanted link as step-up", byApp, []string{"stepup", "--method", "link"},
			[]answer{pressed(ann)}, "totp", true, "",
		},
		{
			"magic link sign-up", nobody, []string{"signup", eve, "--method", "magic-link"},
			[]answer{pasted(eve, "email")}, "email", false, "",
		},
		{
			"magic link sign-in by SMS", away, []string{"login", ann, "--method", "magic-sms"},
			[]answer{pasted(ann, "SMS")}, "sms", false, "",
		},
		{
			"magic link as second factor", byApp, []string{"mfa", "verify", "--method", "magic-whatsapp"},
			[]answer{pasted(ann, "WhatsApp")}, "totp whatsapp mfa", false, "",
		},
		{
			"both factors of a sign-in at once", away, []string{"login", ann, "--method", "email", "--mfa", "totp"},
			[]answer{sent(ann, "email"), secondByApp}, "email totp mfa", false, "",
		},
		{
			"step-up by a message", byApp, []string{"stepup", "--method", "email"},
			[]answer{sent(ann, "email")}, "totp", true, "",
		},
		{
			"password sign-up", nobody, []string{"signup", ann, "--method", "password", "--name", "Ann"},
			[]answer{secret("A new password for", password), secret("once more", password)}, "pwd", false, "",
		},
		{
			"password sign-in with a claim", passwordAway, []string{"login", ann, "--method", "password", "--claim", "team=blue"},
			[]answer{secret("with the password", newPassword)}, "pwd", false, "blue",
		},
		{
			"password as second factor", mailAndPassword, []string{"mfa", "verify", "--method", "password"},
			[]answer{secret("Second factor", newPassword)}, "email pwd mfa", false, "",
		},
		{
			"password as step-up", byPassword, []string{"stepup", "--method", "password"},
			[]answer{secret("Step up", newPassword)}, "pwd", true, "",
		},
		{
			"password changed", byPassword, []string{"password", "change"},
			[]answer{secret("as it is now", newPassword), secret("A new password for", password), secret("once more", password)},
			"pwd", false, "",
		},
		{
			"password reset by mail", passwordAway, []string{"password", "reset", ann},
			[]answer{linked, secret("A new password for", password), secret("once more", password)}, "email", false, "",
		},
		{
			"recovery code sign-in", onPaperAway, []string{"login", ann, "--method", "recovery"},
			[]answer{onPaper}, "recovery", false, "",
		},
	} {
		for _, h := range hands {
			t.Run(row.name+" "+h.name, func(t *testing.T) {
				t.Parallel()
				c := newCustomer(t, h)
				row.before(c)
				later := 1
				if slices.Contains(row.args, "add") || row.args[0] == "signup" {
					later = 0 // a new key
				}
				if code, shown := c.does(later, row.args, row.answers...); code != 0 {
					t.Fatalf("got exit %d, want 0\n%s", code, shown)
				}
				of := c.claims()
				if row.stepUp {
					if of.StepUp {
						t.Error("the ordinary token is stepped up")
					}
					of = c.claims("--stepup")
				}
				if got := strings.Join(of.Factors, " "); got != row.factors || of.StepUp != row.stepUp || of.Team != row.team {
					t.Errorf("got factors %q, step-up %t, team %q, want %q, %t, %q", got, of.StepUp, of.Team, row.factors, row.stepUp, row.team)
				}
			})
		}
	}
}

// Setting up a client is asked line by line, or taken from the arguments.
func TestClientIsTheSameHoweverItIsSetUp(t *testing.T) {
	t.Parallel()
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			if h.silent() {
				c.want(0, "init", c.server.ProjectID, "--base-url", c.server.BaseURL, "--name", "work", "--no-input")
			} else {
				in := c.terminal(append(slices.Clone(h.flags), "init")...)
				in.WaitFor("Project id (in the Descope console, below Project):")
				in.Type(c.server.ProjectID + "\r")
				in.WaitFor("Name for the profile [default]:")
				in.Type("work\r")
				in.WaitFor("[https://api.descope.com]:")
				in.Type(c.server.BaseURL + "\r")
				if code := in.Wait(); code != 0 {
					t.Fatalf("got exit %d, want 0\n%s", code, in.Screen())
				}
				in.CheckRestored()
			}
			shown := c.want(0, "--profile", "work", "profile", "show").stdout
			if !strings.Contains(shown, c.server.ProjectID) || !strings.Contains(shown, c.server.BaseURL) {
				t.Errorf("got profile\n%s\nwant the project and its address", shown)
			}
			c.at = []string{"--profile", "work"}
			byApp(c)
			if got := strings.Join(c.claims().Factors, " "); got != "totp" {
				t.Errorf("got factors %q, want totp", got)
			}
		})
	}
}

// What asks nothing: the session is validated here and at the server, for an
// audience, and taken apart; it is there for the next process.
func TestSessionIsValidatedAndStoredForTheNextStep(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	byApp(c)
	file := c.path("calls")
	c.want(0, c.flags("check", "--debug", file)...)
	if got := requests(t, file); len(got) != 0 {
		t.Errorf("a session that is checked here costs %v, want no request", got)
	}
	c.want(0, c.flags("check", "--online", "--debug", file)...)
	if got := requests(t, file); !slices.Equal(got, []string{"validate"}) {
		t.Errorf("got requests %v, want validate", got)
	}
	if out := c.want(0, c.flags("inspect")...).stdout; !strings.Contains(out, "Valid         yes") {
		t.Errorf("got\n%s\nwant a valid token", out)
	}
	c.want(12, c.flags("check", "--audience", "my-api")...)
	c.want(14, c.flags("token", "--audience", "my-api")...)
	if first, second := c.want(0, c.flags("token")...), c.want(0, c.flags("token")...); first.stdout != second.stdout {
		t.Error("two processes got two tokens, want the stored one")
	}
	c.server.stop()
	c.want(0, c.flags("token")...)
	c.want(9, c.flags("check", "--online")...)
}

// What the server says of an error is a sentence for people, and all of it,
// field by field, for programs.
func TestErrorOfTheServerIsPrinted(t *testing.T) {
	t.Parallel()
	const sentence = "The code is wrong"
	for _, h := range hands {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			byApp(c)
			wrong := otherCode(t, strings.TrimSpace(read(t, c.path("key"))))
			if !h.silent() {
				on := c.asked("stepup", "--method", "totp")
				on.says("Code for 127.0.0.1")
				on.code(wrong)
				on.says(sentence)
				on.Type("\x04")
				on.ends(t, 3)
				return
			}
			write(t, c.path("code"), wrong+"\n")
			if r := c.want(6, c.flags("stepup", "--method", "totp", "--code-file", c.path("code"))...); !strings.Contains(r.stderr, sentence) {
				t.Errorf("got %q, want what happened", r.stderr)
			}
			r := c.want(6, c.flags("stepup", "--method", "totp", "--code-file", c.path("code"), "--json")...)
			var said struct {
				Status, Exit                     int
				Code, Description, Message, Hint string
			}
			if err := json.Unmarshal([]byte(r.stdout), &said); err != nil {
				t.Fatalf("%q: %v", r.stdout, err)
			}
			if said.Status != 401 || said.Exit != 6 || said.Code != "E061102" || said.Description == "" || said.Hint == "" {
				t.Errorf("got %+v, want status 401, exit 6, code E061102, description and hint", said)
			}
		})
	}
}

// Recovery codes are shown once and blanked, or handed over; the bytes on the
// way out are each code once, and stdout has them only where it is no terminal.
func TestRecoveryCodesAreSeenOnce(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile(`[0-9A-Z]{5}-[0-9A-Z]{5}`)
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			byApp(c)
			on := c.asked("mfa", "recovery-codes")
			on.says("has from before become void")
			on.picks("1")
			on.says("I have written them down")
			codes := shown.FindAllString(on.Screen(), -1)
			on.picks("1")
			on.says("New recovery codes are made")
			on.ends(t, 0)
			if len(codes) != 10 {
				t.Fatalf("got %d codes on the screen, want 10", len(codes))
			}
			for _, code := range codes {
				if n := strings.Count(string(on.Raw()), code); n != 1 {
					t.Errorf("a code was sent to the terminal %d times, want once", n)
				}
			}
			if left := shown.FindString(on.Screen()); !on.plain && left != "" {
				t.Error("a code is left on the screen")
			}
			write(t, c.path("codes"), codes[9]+"\n")
			c.want(0, c.flags("logout")...)
			c.want(0, c.flags("login", ann, "--method", "recovery", "--code-file", c.path("codes"))...)
		})
	}
}

// A wrong password is a choice, and leaves the terminal as it was.
func TestAWrongPasswordLeadsToOtherWays(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			passwordAway(c)
			on := c.asked("login", ann, "--method", "password")
			secret("with the password", "nonsense")(c, on)
			on.says("password is wrong")
			on.picks("2")
			linked(c, on)
			secret("A new password for", "weak")(c, on)
			on.says("lacks: at least 8 characters")
			on.line(password)
			secret("once more", password)(c, on)
			on.says("Signed in as " + ann)
			on.ends(t, 0)
			on = c.asked("login", ann, "--method", "password", "--force")
			on.says("Password for 127.0.0.1")
			on.Type("\x03")
			on.ends(t, 130)
		})
	}
}
