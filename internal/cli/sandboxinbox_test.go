package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"postern/internal/sandbox"
)

// boxed is the sandbox commands on a state of their own.
type boxed struct {
	*testing.T
	dir string
	sb  *sandbox.Sandbox
}

func newBoxed(t *testing.T) boxed {
	t.Helper()
	dir := t.TempDir()
	sb, err := sandbox.Open(sandbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return boxed{t, dir, sb}
}

// post makes a call of the API and returns its reply.
func (b boxed) post(path, body string) (reply map[string]any) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, sandboxBase+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.sb.ProjectID())
	resp, err := b.sb.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil {
		b.Fatal(err)
	}
	return reply
}

// run runs `sandbox` with arguments.
func (b boxed) run(f globalFlags, args ...string) (stdout, stderr string, err error) {
	b.Helper()
	var out, news bytes.Buffer
	a := &app{stdout: &out, stderr: &news, flags: f}
	cmd := a.sandboxCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(append(args, "--state", b.dir))
	err = cmd.ExecuteContext(b.Context())
	return out.String(), news.String(), err
}

const annsLink = `{"loginId":"ann@example.com"}`

func TestInboxPrintsTheNewestLinkAndNothingElse(t *testing.T) {
	b := newBoxed(t)
	b.post("/v1/auth/magiclink/signup/email", annsLink)
	b.post("/v1/auth/otp/signup-in/email", annsLink) // a code after it hides no link
	got, _, err := b.run(globalFlags{}, "inbox", "--link", "Ann@example.com")
	if err != nil || !strings.HasPrefix(got, "http://127.0.0.1/sandbox/link?t=") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, %v", got, err)
	}
	b.post("/v1/auth/enchantedlink/signup-in/email", annsLink)
	newest, _, err := b.run(globalFlags{}, "inbox", "--link", "ann@example.com")
	messages, _ := b.sb.Inbox(t.Context())
	if err != nil || newest != messages[0].Link+"\n" {
		t.Errorf("got %q, %v, want the right one of three, %s", newest, err, messages[0].Link)
	}
	if code, _, err := b.run(globalFlags{}, "inbox", "--code", "ann@example.com"); err != nil || len(code) != len("123456\n") {
		t.Errorf("got %q, %v, want the newest code", code, err)
	}
	for _, kind := range []string{"--link", "--code"} {
		if _, _, err := b.run(globalFlags{}, "inbox", kind, "bob@example.com"); exitOf(err) != exitConflict || !strings.Contains(err.Error(), "was sent to bob@example.com") {
			t.Errorf("%s: got %v, want that nothing was sent", kind, err)
		}
	}
	var usage usageError
	if _, _, err := b.run(globalFlags{}, "inbox", "--link", "a", "--code", "a"); !errors.As(err, &usage) {
		t.Errorf("got %v, want wrong usage", err)
	}
}

func TestInboxListsThreeLinksWithoutTellingTheRightOne(t *testing.T) {
	b := newBoxed(t)
	sent := b.post("/v1/auth/enchantedlink/signup/email", annsLink)
	m, _ := b.sb.Inbox(t.Context())
	got, _, err := b.run(globalFlags{}, "inbox")
	want := "  email  ann@example.com  links " + m[0].Links[0].ID + ", " + m[0].Links[1].ID + ", " + m[0].Links[2].ID + "\n"
	if err != nil || !strings.HasSuffix(got, want) || !strings.Contains(got, sent["linkId"].(string)) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestPressEndsTheWaitOfAnEnchantedSignIn(t *testing.T) {
	b := newBoxed(t)
	if _, _, err := b.run(globalFlags{}, "press", "ann@example.com"); exitOf(err) != exitConflict || !strings.Contains(err.Error(), "No link is waiting") {
		t.Errorf("got %v, want that no link is waiting", err)
	}
	for _, f := range []globalFlags{{}, {json: true}} {
		sent := b.post("/v1/auth/enchantedlink/signup-in/email", annsLink)
		stdout, stderr, err := b.run(f, "press", "ann@example.com")
		if err != nil || !strings.Contains(stdout+stderr, sent["linkId"].(string)) || f.json == (stdout == "") {
			t.Errorf("got %q, %q, %v, want link %v pressed", stdout, stderr, err, sent["linkId"])
		}
		in := b.post("/v1/auth/enchantedlink/pending-session", `{"pendingRef":"`+sent["pendingRef"].(string)+`"}`)
		if in["sessionJwt"] == "" || in["sessionJwt"] == nil {
			t.Errorf("got %v, want a session", in)
		}
	}
	if _, _, err := b.run(globalFlags{}, "press", "ann@example.com"); err == nil {
		t.Error("a link was pressed twice")
	}
}
