package ui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/client"
	"postern/flows"
	"postern/internal/ptytest"
)

var errKeyringGone = errors.New("the daemon does not answer")

// homeOfAda is what home sees of her.
var homeOfAda = flows.Surveyed{
	SignedIn: true, LoginID: ada, Name: "Ada", Factors: []client.Text{"totp"}, Store: "keyring",
	SessionUntil: noon.Add(9*time.Minute + 50*time.Second), Until: noon.Add(30 * 24 * time.Hour),
}

// screen is one that a person can meet.
type screen struct {
	name string
	at   func(t testing.TB, columns, rows int) model
}

// screens are those that a person can meet, each in a window of a given size.
var screens = []screen{
	{"prepare", func(t testing.TB, c, r int) model { return start(t, flows.Enroll(flows.Plan{}), c, r) }},
	{"login-id", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{}), c, r), flows.Prepared{}, "ada@ex")
	}},
	{"login-id-empty", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{}), c, r), flows.Prepared{}, "\r")
	}},
	{"name", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada, Details: true}), c, r), flows.Prepared{})
	}},
	{"phone-wrong", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada, Details: true}), c, r), flows.Prepared{}, "Ada\r0151\r")
	}},
	{"store", func(t testing.TB, c, r int) model {
		none := &flows.NoStore{Options: []flows.Store{flows.Kernel, flows.None}, Err: errKeyringGone}
		return then(t, start(t, flows.Enroll(flows.Plan{}), c, r), flows.Failed{Err: none}, "↓")
	}},
	{"live", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{}), c, r), flows.Prepared{Live: "eve@example.com"})
	}},
	{"sign-up", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Enroll(flows.Plan{LoginID: ada}), c, r), flows.Prepared{})
	}},
	{"scan", func(t testing.TB, c, r int) model { return atScan(t, c, r) }},
	{"scan-sandbox", func(t testing.TB, c, r int) model {
		m := atScan(t, c, r)
		m.term.Sandbox, m.term.Phone = true, showing()
		return m
	}},
	{"scan-typed", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), "123") }},
	{"scan-doubt", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), wrongCode) }},
	{"scan-refused", func(t testing.TB, c, r int) model {
		return then(t, atScan(t, c, r), codeAt(noon), flows.Failed{Err: fault(client.WrongCode)})
	}},
	{"scan-phone", func(t testing.TB, c, r int) model {
		m := atScan(t, c, r)
		m.term.Phone = showing()
		return then(t, m, asideMsg{step: flows.StepScan, text: phoneSays(codeAt(noon))})
	}},
	{"scan-sending", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), codeAt(noon)) }},
	{"scan-help", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), "?") }},
	{"scan-link", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), "u") }},
	{"scan-key", func(t testing.TB, c, r int) model { return then(t, atScan(t, c, r), "k") }},
	{"code", func(t testing.TB, c, r int) model { return atCode(t, c, r) }},
	{"code-wrong", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), wrongCode, flows.Failed{Err: fault(client.WrongCode)})
	}},
	{"code-limited", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), wrongCode, flows.Failed{Err: fault(client.RateLimited)})
	}},
	{"existing", func(t testing.TB, c, r int) model {
		m := start(t, flows.Enroll(flows.Plan{LoginID: ada}), c, r)
		return then(t, m, flows.Prepared{}, flows.Failed{Err: fault(client.UserExists)})
	}},
	{"link", func(t testing.TB, c, r int) model { return atLink(t, c, r) }},
	{"link-no-answer", func(t testing.TB, c, r int) model {
		return after(then(t, atLink(t, c, r), flows.Failed{Err: fault(client.Unknown)}), 9*time.Second)
	}},
	{"link-too-early", func(t testing.TB, c, r int) model { return then(t, atLink(t, c, r), flows.Resend{At: noon}) }},
	{"link-pressed", func(t testing.TB, c, r int) model {
		m := atLink(t, c, r)
		m.term.Sandbox, m.term.Phone = true, showing()
		return then(t, m, asideMsg{step: flows.StepLink, text: pressInInbox(t.Context(), showing(), ada)})
	}},
	{"link-unopened", func(t testing.TB, c, r int) model {
		return then(t, atLink(t, c, r), flows.Failed{Err: &client.Error{Op: "enchanted link", Kind: client.CodeExpired}})
	}},
	{"magic", func(t testing.TB, c, r int) model { return atMagic(t, c, r) }},
	{"magic-sandbox", func(t testing.TB, c, r int) model {
		m := atMagic(t, c, r)
		m.term.Sandbox, m.term.Phone = true, showing()
		return then(t, m, linkMsg(newestURL))
	}},
	{"magic-not-one", func(t testing.TB, c, r int) model { return then(t, atMagic(t, c, r), "the link\r") }},
	{"magic-sending", func(t testing.TB, c, r int) model { return then(t, atMagic(t, c, r), "4d1f6e0c\r") }},
	{"methods", func(t testing.TB, c, r int) model { return atMethods(t, c, r) }},
	{"methods-last", func(t testing.TB, c, r int) model { return then(t, atMethods(t, c, r), "↑↑") }},
	{"unknown", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), wrongCode, flows.Failed{Err: fault(client.UserUnknown)})
	}},
	{"stuck", func(t testing.TB, c, r int) model {
		m := start(t, flows.Enroll(flows.Plan{LoginID: ada}), c, r)
		return then(t, m, flows.Prepared{}, flows.Failed{Err: &client.Error{Kind: client.Unreachable, Err: errors.New("no such host")}})
	}},
	{"identity", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), codeAt(noon), flows.SignedIn{Session: stranger})
	}},
	{"keep", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), codeAt(noon), flows.SignedIn{Session: signedIn()})
	}},
	{"unkept", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), codeAt(noon), flows.SignedIn{Session: signedIn()},
			flows.Failed{Err: &client.Error{Kind: client.StoreFailed, Err: errKeyringGone}})
	}},
	{"home", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Home(flows.Plan{}), c, r), homeOfAda)
	}},
	{"home-nobody", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Home(flows.Plan{}), c, r), flows.Surveyed{Store: "keyring"})
	}},
	{"home-signed-out", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Home(flows.Plan{}), c, r), homeOfAda, "5", homeOfAda, flows.SignedOut{}, flows.Surveyed{Store: "keyring"})
	}},
	{"home-failed", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.Home(flows.Plan{}), c, r), homeOfAda, "2", homeOfAda, flows.Failed{Err: fault(client.Unreachable)}, "2", homeOfAda)
	}},
	{"password", func(t testing.TB, c, r int) model { return then(t, atPassword(t, c, r), "secret") }},
	{"password-sending", func(t testing.TB, c, r int) model { return then(t, atPassword(t, c, r), "secret\r") }},
	{"password-denied", func(t testing.TB, c, r int) model {
		return then(t, atPassword(t, c, r), "secret\r", flows.Failed{Err: &client.Error{Op: "password sign-in", Kind: client.Denied, Code: "E062903"}})
	}},
	{"password-new", func(t testing.TB, c, r int) model { return then(t, atNewPassword(t, c, r), "Correct") }},
	{"password-weak", func(t testing.TB, c, r int) model { return then(t, atNewPassword(t, c, r), "Correct\r") }},
	{"password-again", func(t testing.TB, c, r int) model { return then(t, atNewPassword(t, c, r), password+"\r") }},
	{"password-reset", func(t testing.TB, c, r int) model {
		m := start(t, flows.Reset(flows.Plan{LoginID: ada}), c, r)
		sent := flows.ResetSent{Method: client.MagicLink, Sent: client.Sent{To: "a***@example.com"}}
		return then(t, m, flows.Prepared{}, sent, "https://app")
	}},
	{"recovery", func(t testing.TB, c, r int) model { return then(t, atCode(t, c, r), "l1\r", "Q3ZK7-2M") }},
	{"recovery-void", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.RecoveryCodes(flows.Plan{}), c, r), flows.Present{Session: signedIn(), User: signedIn().User()})
	}},
	{"recovery-codes", func(t testing.TB, c, r int) model { return atCodes(t, c, r) }},
	{"recovery-closed", func(t testing.TB, c, r int) model {
		m := then(t, atCode(t, c, r), "l1\r", "Q3ZK7\r")
		return then(t, m, flows.Failed{Err: &client.Error{Op: "recovery code", Kind: client.Refused, Code: "E061002", Status: 400}}, "1")
	}},
	{"sample", func(t testing.TB, c, r int) model { return start(t, flows.TryPictures(samples), c, r) }},
	{"sample-wrong", func(t testing.TB, c, r int) model {
		return then(t, start(t, flows.TryPictures(samples), c, r), "i9999")
	}},
	{"sample-last", func(t testing.TB, c, r int) model { return then(t, start(t, flows.TryPictures(samples), c, r), "\r\r") }},
	{"revoke", func(t testing.TB, c, r int) model {
		return then(t, atCode(t, c, r), codeAt(noon), flows.SignedIn{Session: stranger}, flows.Cancel{})
	}},
}

func atPassword(t testing.TB, columns, rows int) model {
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), columns, rows)
	return then(t, m, flows.Prepared{})
}

func atNewPassword(t testing.TB, columns, rows int) model {
	m := start(t, flows.Enroll(flows.Plan{LoginID: ada, Method: client.Password}), columns, rows)
	return then(t, m, flows.Prepared{}, flows.Learned{Policy: policy})
}

func atCodes(t testing.TB, columns, rows int) model {
	m := start(t, flows.RecoveryCodes(flows.Plan{Force: true}), columns, rows)
	return then(t, m, flows.Present{Session: signedIn(), User: signedIn().User()}, flows.CodesMade{Codes: recoveryCodes})
}

func TestScreensLookAsTheyAreMeantTo(t *testing.T) {
	t.Parallel()
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 24}, {60, 20}, {46, 23}, {40, 12}} {
				m := s.at(t, size[0], size[1])
				fmt.Fprintf(&b, "== %d x %d\n%s\n", size[0], size[1], text(m))
				if c := m.draw().Cursor; c != nil {
					fmt.Fprintf(&b, "-- cursor %d,%d\n", c.X, c.Y)
				}
			}
			golden(t, "screens/"+s.name+".txt", b.String())
		})
	}
}

func TestNoScreenIsLargerThanItsWindow(t *testing.T) {
	t.Parallel()
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			m := s.at(t, 80, 24)
			for columns := 20; columns <= 200; columns += 1 + columns/10 {
				for rows := 5; rows <= 60; rows += 1 + rows/16 {
					m.columns, m.rows = columns, rows
					fits(t, m)
				}
			}
			for _, tiny := range [][2]int{{1, 1}, {19, 5}, {20, 4}, {1000, 1000}} {
				m.columns, m.rows = tiny[0], tiny[1]
				fits(t, m)
			}
		})
	}
}

func TestWrappedTextIsNeverTooWide(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, err := range explained() {
		x := Explain(err, "go run .")
		texts = append(texts, x.What, x.Do)
	}
	for _, text := range append(texts, saidCopied, saidFinishing, sandboxBanner, strings.Join(slices.Collect(maps.Values(helpWords)), "\n")) {
		for columns := 1; columns <= 100; columns++ {
			for _, l := range strings.Split(wrap(text, columns), "\n") {
				if w := ansi.StringWidth(l); w > columns {
					t.Fatalf("got %d columns in %q, want %d", w, l, columns)
				}
			}
		}
	}
}

func fits(t *testing.T, m model) {
	t.Helper()
	v := m.draw()
	lines := strings.Split(v.Content, "\n")
	if len(lines) > m.rows {
		t.Fatalf("%dx%d: got %d lines", m.columns, m.rows, len(lines))
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w > m.columns {
			t.Fatalf("%dx%d: got %d columns in %q", m.columns, m.rows, w, ansi.Strip(l))
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= m.columns || c.Y >= len(lines)) {
		t.Fatalf("%dx%d: got the cursor at %d,%d", m.columns, m.rows, c.X, c.Y)
	}
}

// TestOddLoginIDsStayInTheirPlace types and shows what is wide, joined, written
// from the right, or longer than any window.
func TestOddLoginIDsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{
		"wide": strings.Repeat("漢字", 30) + "@example.com", "emoji": strings.Repeat("🚪", 40), "right to left": "שלום@דוגמה.קום",
		"combining": strings.Repeat("é", 40), "long": strings.Repeat("a", 254), "spaces": "a b  c   d",
	} {
		t.Run(name, func(t *testing.T) {
			asked := then(t, start(t, flows.Enroll(flows.Plan{}), 80, 24), flows.Prepared{}, tea.PasteMsg{Content: id})
			shown := then(t, asked, "\r\r\r\r", flows.Enrolled{Enrollment: enrollment(ada, "Example")})
			for columns := 20; columns <= 100; columns += 7 {
				for _, m := range []model{asked, shown} {
					m.columns = columns
					fits(t, m)
				}
			}
		})
	}
}

func TestPicturesOnScreenAreRead(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {120, 60}, {60, 20}, {41, 22}, {46, 23}, {200, 60}} {
		for _, issuer := range []string{"Example", "A+rather+long+issuer+of+many+accounts"} {
			t.Run(fmt.Sprint(size, issuer), func(t *testing.T) {
				t.Parallel()
				m := then(t, atScan(t, size[0], size[1]), flows.Back{}, "\r", flows.Enrolled{Enrollment: enrollment(ada, issuer)})
				sc := m.flow.Screen().Show.(flows.Scan)
				if m.layout(m.flow.Screen(), sc.URI, m.form).form == qrNone {
					if size[0] >= 60 && size[1] >= 24 {
						t.Error("got no picture")
					}
					return
				}
				readFrom(t, grid(m), sc.URI.Reveal(), ptytest.Dark, ptytest.Light)
			})
		}
	}
}

func readFrom(t *testing.T, screen ptytest.Grid, want string, themes ...ptytest.Theme) {
	t.Helper()
	for _, theme := range themes {
		img := screen.Image(theme)
		if got, err := ptytest.DecodeQRZxing(img); got != want {
			t.Errorf("%s, zxing: got %q (%v), want the URI", theme.Name, got, err)
		}
	}
	if got := ptytest.DecodeQR(t, screen.Image(themes[0])); got != want {
		t.Errorf("zbar: got %q, want the URI", got)
	}
}
