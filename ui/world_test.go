package ui

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/pquerna/otp/totp"

	"postern/client"
	"postern/flows"
	"postern/internal/sandbox"
)

const (
	ada     = "ada@example.com" // has a session, see signedIn
	testKey = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	host    = "auth.example.com"
)

// noon is when every test begins. A code is ten seconds old then.
var noon = time.Date(2026, time.March, 4, 12, 0, 10, 0, time.UTC)

// clock moves only when it is told to.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// codeAt is what the test key's authenticator shows at a time.
func codeAt(at time.Time) string {
	code, err := totp.GenerateCode(testKey, at)
	must(err)
	return code
}

// password is one that the policy takes.
const password = "Correct horse 1"

var policy = client.PasswordPolicy{MinLength: 8, Lower: true, Upper: true, Number: true, Symbol: true, StrengthEnabled: true}

var recoveryCodes = []client.Secret{
	"Q3ZK7-2MWP9", "8TR4B-H6JNX", "0VY5D-1CF8G", "ZK2M7-9PQWE", "T4R8H-6NXBJ",
	"V0Y5D-C1F8G", "M2WP9-Q3ZK7", "H6JNX-8TR4B", "1CF8G-0VY5D", "9PQWE-ZK2M7",
}

// wrongCode is none of the codes around noon.
const wrongCode = "000000"

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// reply answers every request of a client with a fixed trio, or no keys.
type reply string

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	body := string(r)
	if strings.HasPrefix(q.URL.Path, "/v2/keys/") {
		body = keySet()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)),
		Header: http.Header{"Content-Type": {"application/json"}},
	}, nil
}

// keySet is a key set that a client takes; nothing is signed with it.
var keySet = sync.OnceValue(func() string {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(err)
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.Public(), KeyID: "k", Algorithm: string(jose.ES384), Use: "sig"},
	}})
	must(err)
	return string(set)
})

// enrollment is a key as a client makes one of the service's answer.
func enrollment(loginID, issuer string) *client.Enrollment {
	project, err := client.NewProject("P"+strings.Repeat("2", 27), "https://"+host)
	must(err)
	c := client.New(client.Config{
		Project: project, Now: func() time.Time { return noon },
		Transport: reply(fmt.Sprintf(`{"provisioningURL":"otpauth://totp/%s:%s?secret=%s&issuer=%s","key":"%s","image":""}`,
			issuer, loginID, testKey, issuer, testKey)),
	})
	e, err := c.SignUp(context.Background(), loginID, client.NewUser{})
	must(err)
	return e
}

// signedIn is a session of ada, made the only way there is: by signing up.
var signedIn = sync.OnceValue(func() *client.Session {
	dir, err := os.MkdirTemp("", "ui")
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

// stranger is a session of somebody that the reply said nothing of.
var stranger = &client.Session{}

// fault is an answer of the client.
func fault(k client.Kind) error {
	e := &client.Error{Op: "totp verify", Kind: k}
	if k == client.RateLimited {
		e.RetryAfter = 30 * time.Second
	}
	return e
}

// service is a fake of all that is outside. Each hook may be nil.
type service struct {
	mu      sync.Mutex
	asked   []string // "sign-up ada", "verify 123456", …
	signUp  func(context.Context) (*client.Enrollment, error)
	verify  func(ctx context.Context, code string) (*client.Session, error)
	prepare func(context.Context) (string, error)
	use     func(flows.Store) error
	keep    func(context.Context) error
	revoke  func() error
	auth    flows.Authority // in place of the hooks, where a real one is wanted
}

func (s *service) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, what)
}

// count is how many requests began so.
func (s *service) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, a := range s.asked {
		if strings.HasPrefix(a, what) {
			n++
		}
	}
	return n
}

func (s *service) SignUp(ctx context.Context, loginID string, _ client.NewUser) (*client.Enrollment, error) {
	s.note("sign-up " + loginID)
	if s.signUp != nil {
		return s.signUp(ctx)
	}
	return enrollment(loginID, "Example"), nil
}

// Verify takes the code of noon, as a server would at noon.
func (s *service) Verify(ctx context.Context, v client.Verify) (*client.Session, error) {
	code := v.Code
	s.note("verify " + code.Reveal())
	if s.verify != nil {
		return s.verify(ctx, code.Reveal())
	}
	if code.Reveal() != codeAt(noon) {
		return nil, fault(client.WrongCode)
	}
	return signedIn(), nil
}

func (s *service) SendCode(_ context.Context, c client.Send) (client.Sent, error) {
	s.note("send")
	if c.Method == client.Link {
		return client.Sent{To: "a***@example.com", Number: "37", Ref: "ref"}, nil
	}
	return client.Sent{To: "a***@example.com"}, nil
}

// wait lets the clock move on, where a test has no say in that.
func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.add(d)
	return ctx.Err()
}

func (s *service) ReplaceTOTP(context.Context, *client.Session) (*client.Enrollment, error) {
	s.note("replace")
	return enrollment(ada, "Example"), nil
}

func (s *service) WhoAmI(context.Context, *client.Session) (*client.User, error) {
	s.note("who")
	return signedIn().User(), nil
}

func (s *service) Current(context.Context) (*client.Session, error) {
	s.note("current")
	return signedIn(), nil
}

func (s *service) KeepStepUp(context.Context, *client.Session, bool) error {
	s.note("keep step-up")
	return nil
}

func (s *service) PasswordPolicy(context.Context) (client.PasswordPolicy, error) {
	s.note("policy")
	return policy, nil
}

func (s *service) SignUpPassword(_ context.Context, loginID string, p client.Secret, _ client.NewUser, _ client.LoginOptions) (*client.Session, error) {
	s.note("sign-up " + loginID + " " + p.Reveal())
	return signedIn(), nil
}

func (s *service) ResetPassword(context.Context, string) (client.Method, client.Sent, error) {
	s.note("reset")
	return client.MagicLink, client.Sent{To: "a***@example.com"}, nil
}

func (s *service) SetPassword(_ context.Context, _ *client.Session, p client.Secret) error {
	s.note("set " + p.Reveal())
	return nil
}

func (s *service) ReplacePassword(_ context.Context, _ string, old, p client.Secret) (*client.Session, error) {
	s.note("replace " + old.Reveal() + " by " + p.Reveal())
	return signedIn(), nil
}

func (s *service) RecoveryCodes(context.Context, *client.Session) ([]client.Secret, error) {
	s.note("codes")
	return recoveryCodes, nil
}

func (s *service) Revoke(context.Context, *client.Session) error {
	s.note("revoke")
	if s.revoke != nil {
		return s.revoke()
	}
	return nil
}

func (s *service) Prepare(ctx context.Context) (string, error) {
	s.note("prepare")
	if s.prepare != nil {
		return s.prepare(ctx)
	}
	return "", nil
}

func (s *service) Use(_ context.Context, store flows.Store) error {
	s.note("use " + string(store))
	if s.use != nil {
		return s.use(store)
	}
	return nil
}

func (s *service) Keep(ctx context.Context, _ *client.Session) (old, err error) {
	s.note("keep")
	if s.keep != nil {
		return nil, s.keep(ctx)
	}
	return nil, nil
}

// Survey says what Keep and SignOut left.
func (s *service) Survey(context.Context) (flows.Surveyed, error) {
	s.note("survey")
	if s.count("keep") == s.count("sign-out") {
		return flows.Surveyed{Store: "keyring"}, nil
	}
	seen := flows.Surveyed{
		SignedIn: true, LoginID: ada, Name: "Ada", Factors: []client.Text{"totp"}, Store: "keyring",
		SessionUntil: noon.Add(9*time.Minute + 50*time.Second), Until: noon.Add(30 * 24 * time.Hour),
	}
	return seen, nil
}

func (s *service) SignOut(context.Context) (alive, err error) {
	s.note("sign-out")
	return nil, nil
}

func (s *service) runner(c *clock) flows.Runner {
	if s.auth != nil {
		return flows.Runner{Auth: s.auth, Keep: s, Now: c.Now, Wait: c.wait}
	}
	return flows.Runner{Auth: s, Keep: s, Now: c.Now, Wait: c.wait}
}

// phone is a sandbox phone.
type phone struct{ code func() (string, error) }

func (p phone) Code(context.Context, string) (string, error) { return p.code() }

func (p phone) Inbox(context.Context) ([]string, error) { return nil, errors.New("no inbox") }

func (p phone) Press(context.Context, string) (string, error) {
	_, err := p.code()
	return "37", err
}

func (p phone) Link(context.Context, string) (string, error) {
	_, err := p.code()
	return newestURL, err
}

const newestURL = "http://127.0.0.1/sandbox/link?t=4d1f6e0c9ab2"

// showing is a phone that shows the test key's code.
func showing() phone {
	return phone{func() (string, error) { return codeAt(noon), nil }}
}

// xterm is a terminal's environment.
var xterm = []string{"TERM=xterm-256color", "LANG=en_GB.UTF-8"}

func testTerm(t testing.TB) Term {
	return Term{patience: time.Hour, Env: append([]string{"XDG_RUNTIME_DIR=" + t.TempDir()}, xterm...), Host: host, Called: "postern"}
}
