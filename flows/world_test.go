package flows

import (
	"context"
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/client"
	"postern/internal/sandbox"
)

var update = flag.Bool("update", false, "rewrite the drawing in doc.go and the transcripts in testdata")

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", "2000") // the command line, parsed next, wins
	flag.Parse()
	os.Exit(m.Run())
}

const (
	ada  = "ada@example.com" // has a session, see signedIn
	eve  = "eve@example.com"
	seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// noon is when every test begins. Nothing here reads the clock.
var noon = time.Date(2026, time.March, 4, 12, 0, 10, 0, time.UTC)

// key is an enrolment whose codes the tests can make. offset is the server's
// clock minus this computer's.
func key(offset time.Duration) *client.Enrollment {
	return &client.Enrollment{
		LoginID: ada, Issuer: "Test", Account: ada, Key: seed, Digits: 6, Period: 30 * time.Second,
		URI: "otpauth://totp/Test:ada?secret=" + seed, ClockOffset: offset,
	}
}

// codeAt is what the key's authenticator shows at a time.
func codeAt(at time.Time) string {
	code, err := totp.GenerateCode(seed, at)
	if err != nil {
		panic(err)
	}
	return code
}

// wrongCode is none of the codes around noon; TestWrongCodeIsWrong holds that.
const wrongCode = "000000"

func TestWrongCodeIsWrong(t *testing.T) {
	for d := -20 * time.Minute; d <= 20*time.Minute; d += 30 * time.Second {
		if codeAt(noon.Add(d)) == wrongCode {
			t.Errorf("%s is the code %s from noon", wrongCode, d)
		}
	}
}

// stranger is a session of somebody that the reply said nothing of.
var stranger = &client.Session{}

// cast are sessions of ada, made the only way there is: by signing in.
type cast struct {
	app     *client.Session // signed up with an authenticator
	mail    *client.Session // signed in with a code by email
	both    *client.Session // mail on top of app
	stepped *client.Session // app, stepped up with mail
	all     *client.Session // both at once
	mailUp  *client.Session // mail, stepped up with mail
	text    *client.Session // signed in with a code by SMS
	lone    *client.Session // somebody with an authenticator and no address
	fresh   *client.Session // somebody new, signed up with a code by email
}

var actors = sync.OnceValue(func() cast {
	dir, err := os.MkdirTemp("", "flows")
	must(err)
	defer os.RemoveAll(dir)
	box, err := sandbox.Open(sandbox.Options{Dir: dir})
	must(err)
	project, err := client.NewProject(box.ProjectID(), "http://127.0.0.1")
	must(err)
	c := client.New(client.Config{Project: project, Transport: box})
	ctx := context.Background()
	byApp := func(id string, u client.NewUser) *client.Session {
		e, err := c.SignUp(ctx, id, u)
		must(err)
		code, err := totp.GenerateCode(e.Key.Reveal(), c.Now())
		must(err)
		s, err := c.Verify(ctx, client.Verify{Method: client.TOTP, LoginID: id, Code: client.Secret(code)})
		must(err)
		return s
	}
	app := byApp(ada, client.NewUser{Email: ada, Phone: "+15550100"})
	letter := func(s client.Send) *client.Session {
		if s.Method == "" {
			s.Method = client.Email
		}
		_, err := c.SendCode(ctx, s)
		must(err)
		inbox, err := box.Inbox(ctx)
		must(err)
		in, err := c.Verify(ctx, client.Verify{Method: s.Method, LoginID: s.LoginID, Code: client.Secret(inbox[0].Code), On: s.On})
		must(err)
		return in
	}
	byMail := func(on *client.Session, o client.LoginOptions) *client.Session {
		return letter(client.Send{LoginID: ada, Options: o, On: on})
	}
	stepUp, mfa := client.LoginOptions{StepUp: true}, client.LoginOptions{MFA: true}
	mail := byMail(nil, client.LoginOptions{})
	return cast{
		app: app, mail: mail, stepped: byMail(app, stepUp), mailUp: byMail(mail, stepUp), both: byMail(app, mfa),
		all: byMail(app, client.LoginOptions{MFA: true, StepUp: true}), lone: byApp("lone", client.NewUser{}),
		text:  letter(client.Send{Method: client.SMS, LoginID: ada}),
		fresh: letter(client.Send{LoginID: "fresh@example.com", Purpose: client.ToSignUp}),
	}
})

func signedIn() *client.Session { return actors().app }

// People as the server tells them.
var (
	reachable = &client.User{Email: ada, Phone: "+15550100", TOTP: true}
	appless   = &client.User{Email: ada, VerifiedEmail: true}
	alone     = &client.User{TOTP: true} // nothing but the authenticator, under a name that is no address
)

// What home sees.
var (
	seenAda    = Surveyed{SignedIn: true, LoginID: ada, Name: "Ada", Factors: []client.Text{"totp"}, Store: "keyring", Until: noon.Add(time.Hour)}
	seenBoth   = Surveyed{SignedIn: true, LoginID: ada, Factors: []client.Text{"totp", "email", "mfa"}, Store: "keyring"}
	seenNobody = Surveyed{Store: "keyring"}
)

// mailed is a code or a link on its way.
var mailed = Delivered{
	client.Sent{To: "a***@example.com", Tries: 5, Number: "37", Ref: pollRef}, noon.Add(30 * time.Second),
}

// What a link is waited for with, and what a magic link and its token may look
// like.
const (
	pollRef    = "0f3c9a51d2"
	magicToken = "4d1f6e0c9ab2"
	magicURL   = "https://app.example.com/in?lang=en&t=" + magicToken
)

// What a password and a recovery code may look like, and what is wanted of one.
const (
	password = "Correct horse 1"
	onPaper  = "Q3ZK7-2MWP9"
)

var policy = client.PasswordPolicy{MinLength: 8, Upper: true, Number: true}

// sharedCodes have one address, as sharedKey has.
var sharedCodes = []client.Secret{onPaper, "8TR4B-H6JNX"}

// Reset mails, answered by hand or opened elsewhere.
var (
	mailedReset = ResetSent{client.MagicLink, client.Sent{To: "a***@example.com"}, noon.Add(30 * time.Second)}
	mailedLink  = ResetSent{client.Link, client.Sent{To: "a***@example.com", Number: "42", Ref: "ref"}, noon.Add(30 * time.Second)}
)

const mailCode = "4829" // what a delivered code may look like

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// fault is an answer of the client.
func fault(k client.Kind) error {
	e := &client.Error{Op: "totp verify", Kind: k}
	if k == client.RateLimited {
		e.RetryAfter = 30 * time.Second
	}
	return e
}

// methodClosed is the answer of a project that keeps a method to itself.
var methodClosed = &client.Error{Op: "otp signin email", Kind: client.Refused, Code: closedCode}

// answered gives the open task its result.
func answered(t testing.TB, f Flow, r Result) Flow {
	t.Helper()
	task, open := f.Task()
	if !open {
		t.Fatalf("%s has no task that %T could answer", name(f), r)
	}
	return f.Next(Done{task.ID, r, noon})
}

// after plays events and answers one after the other. A Result answers the
// open task.
func after(t testing.TB, f Flow, steps ...any) Flow {
	t.Helper()
	for _, s := range steps {
		switch s := s.(type) {
		case Event:
			f = f.Next(s)
		case Result:
			if task, open := f.Task(); open && s != (Paused{}) {
				if _, held := task.Want.(Pause); held { // it goes by
					f = answered(t, f, Paused{})
				}
			}
			f = answered(t, f, s)
		case string:
			f = f.Next(Submit{s, noon})
		default:
			t.Fatalf("step of type %T", s)
		}
	}
	return f
}

// atScan is where the key is shown, its clock as far off as offset.
func atScan(t testing.TB, offset time.Duration) Flow {
	t.Helper()
	return after(t, Enroll(Plan{LoginID: ada}), Prepared{}, Enrolled{key(offset)})
}
