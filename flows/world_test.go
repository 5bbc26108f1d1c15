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
	base = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// noon is when every test begins. Nothing here reads the clock.
var noon = time.Date(2026, time.March, 4, 12, 0, 10, 0, time.UTC)

// key is an enrolment whose codes the tests can make. offset is the server's
// clock minus this computer's.
func key(offset time.Duration) *client.Enrollment {
	return &client.Enrollment{
		LoginID: ada, Issuer: "Test", Account: ada, Key: base, Digits: 6, Period: 30 * time.Second,
		URI: "otpauth://totp/Test:ada?secret=" + base, ClockOffset: offset,
	}
}

// codeAt is what the key's authenticator shows at a time.
func codeAt(at time.Time) string {
	code, err := totp.GenerateCode(base, at)
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

// signedIn is a session of ada, made the only way there is: by signing up.
var signedIn = sync.OnceValue(func() *client.Session {
	dir, err := os.MkdirTemp("", "flows")
	must(err)
	defer os.RemoveAll(dir)
	box, err := sandbox.Open(sandbox.Options{Dir: dir})
	must(err)
	project, err := client.NewProject(box.ProjectID(), "http://127.0.0.1")
	must(err)
	c := client.New(client.Config{Project: project, Transport: box})
	e, err := c.SignUp(context.Background(), ada, client.NewUser{Email: ada})
	must(err)
	code, err := totp.GenerateCode(e.Key.Reveal(), c.Now())
	must(err)
	s, err := c.VerifyTOTP(context.Background(), ada, client.Secret(code))
	must(err)
	return s
})

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
