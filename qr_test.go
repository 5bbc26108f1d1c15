//go:build linux

package main

import (
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// camera is a phone that reads dark on light alone: what is inverted, it reads
// from the negative.
type camera func(image.Image) image.Image

var inverting camera = ptytest.Negative

// reads waits until the camera reads the picture on the screen, and is what it
// holds.
func (c camera) reads(t *testing.T, s *ptytest.Session, begins string) (text string) {
	t.Helper()
	s.WaitUntil("a picture that can be read", func() bool {
		text = readPicture(t, s.Cells(), c)
		return text != "" && strings.HasPrefix(text, begins)
	})
	return text
}

// number is what a sample's text begins with.
func number(text string) string { return text[:strings.IndexByte(text, ' ')] }

// qrPerson has a terminal that tells its name.
func qrPerson(t *testing.T) *person {
	p := newPerson(t)
	p.set("TERM=xterm-256color")
	return p
}

func (p *person) state() string {
	raw, _ := os.ReadFile(filepath.Join(p.home, ".local/state/postern/state.toml"))
	return string(raw)
}

// wantInverted signs up and reads the key from the negative, with the first
// picture that is shown.
func (p *person) wantInverted() {
	p.t.Helper()
	s := p.terminal("--profile", "sandbox", "signup", "eve@example.com", "--name", "Eve", "--phone", "+15550100")
	inverting.reads(p.t, s, "otpauth://totp/")
	s.Type("\x04")
	s.Wait()
}

func TestQRTestRemembersThePictureThatThePhoneReads(t *testing.T) {
	t.Parallel()
	p := qrPerson(t)
	s := p.terminal("qr", "test")
	plain := camera(plainly).reads(t, s, "")
	s.Type("\r")
	s.WaitFor("half blocks inverted")
	text := inverting.reads(t, s, "")
	if number(text) == number(plain) {
		t.Errorf("got the number %s twice, want one for each form", number(text))
	}
	s.Type(number(text))
	if code := s.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, s.Screen())
	}
	s.CheckRestored()
	if want := "Remembered for the terminal xterm-256color: QR codes in half blocks inverted."; !strings.Contains(s.Screen(), want) {
		t.Errorf("got %q, want %q in it", s.Screen(), want)
	}
	if want := "[qr]\nxterm-256color = 'half blocks inverted'"; !strings.Contains(p.state(), want) {
		t.Errorf("got state.toml\n%s\nwant in it %s", p.state(), want)
	}
	p.wantInverted()

	d := p.terminal("doctor", "--offline")
	d.WaitFor("remembered: half blocks inverted")
	d.Wait()
	p.set("TERM=xterm-kitty") // another terminal
	other := p.terminal("--profile", "sandbox", "signup", "bob@example.com", "--name", "Bob", "--phone", "+15550100")
	camera(plainly).reads(t, other, "otpauth://totp/")
	other.Type("\x04")
	other.Wait()
	p.set("TERM=xterm-256color")
	r := p.want(0, "qr", "forget", "--json")
	var forgot map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &forgot); err != nil || forgot["forgotten"] != true || forgot["terminal"] != "xterm-256color" {
		t.Errorf("got %q, want it forgotten", r.stdout)
	}
	if strings.Contains(p.state(), "inverted") {
		t.Errorf("got state.toml\n%s\nwant nothing left", p.state())
	}
}

func TestQRTestLineByLineShowsOnePictureAfterAnother(t *testing.T) {
	t.Parallel()
	p := qrPerson(t)
	o := p.options([]string{"qr", "test", "--plain", "--json"})
	o.Cols, o.Rows = 120, 60
	s := ptytest.Start(t, o)
	for _, picture := range []string{"1 of 4, in half blocks:", "2 of 4, in half blocks inverted:", "3 of 4, in full blocks:", "4 of 4, in full blocks inverted:"} {
		s.WaitFor("Picture " + picture)
		s.WaitFor("Number that the phone shows:")
		if !strings.HasPrefix(picture, "4") {
			s.Type("\r")
		}
	}
	text := inverting.reads(t, s, "")
	s.Type("0000\r")
	s.WaitFor("No picture here has that number.")
	s.Type(number(text) + "\r")
	if code := s.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, s.Screen())
	}
	if want := `{"form":"full blocks inverted","schema":1,"terminal":"xterm-256color"}`; !strings.Contains(s.Screen(), want) {
		t.Errorf("got\n%s\nwant %s", s.Screen(), want)
	}
}

func TestQRTestFollowsTheWindow(t *testing.T) {
	t.Parallel()
	p := qrPerson(t)
	o := p.options([]string{"qr", "test"})
	o.Cols, o.Rows = 40, 12
	s := ptytest.Start(t, o)
	s.WaitFor("A picture to scan needs")
	s.Resize(80, 24)
	half := camera(plainly).reads(t, s, "")
	s.Resize(140, 60)
	s.WaitFor("Drawn in full blocks.")
	text := camera(plainly).reads(t, s, "")
	if number(text) == number(half) {
		t.Errorf("got the number %s twice, want one for each form", number(text))
	}
	s.Type(number(text))
	s.Wait()
	if want := "xterm-256color = 'full blocks'"; !strings.Contains(p.state(), want) {
		t.Errorf("got state.toml\n%s\nwant in it %s", p.state(), want)
	}
}

func TestQRTestThatIsLeftChangesNothing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, key string
		exit      int
	}{{"Esc", "\x1b", 3}, {"Ctrl-D", "\x04", 3}, {"Ctrl-C", "\x03", 130}} {
		p := qrPerson(t)
		s := p.terminal("qr", "test")
		s.WaitFor("Number that the phone shows")
		s.Type("12") // not all of it
		s.Type(row.key)
		if code := s.Wait(); code != row.exit {
			t.Errorf("%s: got exit %d, want %d", row.name, code, row.exit)
		}
		s.CheckRestored()
		if got := p.state(); got != "" {
			t.Errorf("%s: got state.toml\n%s\nwant none", row.name, got)
		}
	}
}

func TestQRTestSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	p := qrPerson(t)
	if r := p.want(10, "qr", "test"); !strings.Contains(r.stderr, "hint: Run it in a terminal, without --no-input.") {
		t.Errorf("without a terminal: got %q, want it named", r.stderr)
	}
	for _, row := range [][]string{{"TERM=dumb"}, {"LANG=C"}} {
		p := qrPerson(t)
		p.set(row...)
		s := p.terminal("qr", "test")
		s.WaitFor("Enlarge the window to 80x24")
		if code := s.Wait(); code != 10 {
			t.Errorf("%s: got exit %d, want 10", row, code)
		}
	}
}

// TestAFormThatWasChosenByHandAndReadIsRemembered also knows when nothing is
// learned: the phone may have the key from elsewhere.
func TestAFormThatWasChosenByHandAndReadIsRemembered(t *testing.T) {
	t.Parallel()
	needs.Tool(t, "oathtool")
	for _, row := range []struct {
		name, keys string
		remembered bool
	}{
		{"the picture", "i", true}, {"nothing chosen", "", false}, {"chosen and taken back", "ii", false},
		{"the key was shown", "ikk", false}, {"the key was copied", "ic", false}, {"the link was shown", "iu?", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := qrPerson(t)
			s := p.terminal("--profile", "sandbox", "signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100")
			camera(plainly).reads(t, s, "otpauth://totp/")
			s.Type(row.keys)
			by := camera(plainly)
			if strings.Count(row.keys, "i") == 1 {
				by = inverting
			}
			link := by.reads(t, s, "otpauth://totp/")
			s.Type(authenticator(t, secretOf(t, link), time.Now()))
			if code := s.Wait(); code != 0 {
				t.Fatalf("got exit %d, want 0\n%s", code, s.Screen())
			}
			s.CheckRestored()
			said := strings.Contains(s.Screen(), "Remembered for the terminal xterm-256color: QR codes in half blocks inverted.")
			if kept := strings.Contains(p.state(), "half blocks inverted"); kept != row.remembered || said != kept {
				t.Errorf("got it remembered: %v, said: %v, want %v\n%s", kept, said, row.remembered, p.state())
			}
			if row.remembered {
				p.want(0, "logout")
				p.wantInverted()
			}
		})
	}
}
