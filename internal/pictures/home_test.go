//go:build linux

package pictures

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/internal/needs"
	"postern/internal/ptytest"
	"postern/keychain"
)

// home is where the scenes take place: a new one for each, with a keyring.
type home struct {
	t     *testing.T
	env   []string
	typed []string // codes, which are the clock's
}

func newHome(t *testing.T, s scene, bus string) *home {
	where := "DBUS_SESSION_BUS_ADDRESS=" + bus
	if s.keyless {
		needs.Part(t, "the kernel's user keyring", keychain.NewKernel(keychain.Dirs{State: t.TempDir()}).Ready(context.Background()))
		where = "container=oci"
	}
	return &home{t: t, env: []string{
		"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), where,
		"LANG=C.UTF-8", "TZ=UTC", "GORACE=atexit_sleep_ms=0", diceFor + "=" + s.name,
	}}
}

const limit = 20 * time.Second // for each thing that is waited for, on a busy machine

// keys are what is typed: codes take the place of words in braces. {inbox} is
// the newest that was delivered, {phone} that of the sandbox's phone, {code}
// that of the key on the screen and {late} what it was two minutes ago.
func (h *home) keys(text string, term *ptytest.Session) string {
	h.t.Helper()
	word := regexp.MustCompile(`{\w+}`).FindString(text)
	var code string
	switch word {
	case "{inbox}":
		return strings.Replace(text, word, h.sandbox("inbox", "--code"), 1)
	case "{phone}":
		code = h.sandbox("code")
	case "{code}":
		code = appCode(h.t, term, time.Now())
	case "{late}":
		code = appCode(h.t, term, time.Now().Add(-2*time.Minute))
	default:
		return text
	}
	h.typed = append(h.typed, code)
	return strings.Replace(text, word, code, 1)
}

// sandbox is what a command of the sandbox says of Ada.
func (h *home) sandbox(args ...string) string {
	h.t.Helper()
	cmd := exec.Command("postern", append(append([]string{"sandbox"}, args...), "ada@example.com")...)
	cmd.Env = h.env
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("sandbox %s: %v", args[0], err)
	}
	return strings.TrimSpace(string(out))
}

var theKey = regexp.MustCompile(`Key ((?:[A-Z2-7]{4} ){8})`)

// appCode is the code that an app makes of the key beside the QR code.
func appCode(t *testing.T, term *ptytest.Session, at time.Time) string {
	t.Helper()
	text := ""
	for _, line := range strings.Split(term.Screen(), "\n") {
		text += strings.TrimSpace(line[strings.LastIndex(line, "  ")+1:]) + " "
	}
	found := theKey.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no key to make a code of on the screen:\n%s", term.Screen())
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(found[1], " ", ""), at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// serve puts a sandbox on a port, for what comes after it.
func (h *home) serve(flags []string) {
	h.t.Helper()
	cmd := exec.Command("postern", append([]string{"sandbox", "serve", "--json", "--state", "state"}, flags...)...)
	cmd.Env, cmd.Dir = h.env, h.t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var ready struct {
		BaseURL   string `json:"base_url"`
		ProjectID string `json:"project_id"`
	}
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		h.t.Fatalf("sandbox serve: %v", err)
	}
	h.env = append(h.env, "POSTERN_BASE_URL="+ready.BaseURL, "POSTERN_PROJECT_ID="+ready.ProjectID)
}
