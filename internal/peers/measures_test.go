//go:build linux

package peers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp/totp"

	"postern/internal/ptytest"
)

var theSecret = regexp.MustCompile(`secret=([A-Z2-7]+)|secret key is: ([A-Z2-7]+)|Key ((?:[A-Z2-7]{4} ?)+)|"key": *"([A-Z2-7]+)"`)

// secret is the key on a screen, or in a QR code there, or of the sign-up
// before it.
func (w *walk) secret(p *ptytest.Pane) string {
	w.t.Helper()
	kept, _ := os.ReadFile(filepath.Join(w.dir, "key.json"))
	text := ptytest.DecodeQR(w.t, p.Cells().Image(ptytest.Light)) + "\n" + p.History() + "\n" + string(kept)
	found := theSecret.FindStringSubmatch(text)
	if found == nil {
		w.t.Fatalf("%s: no key on the screen:\n%s", w.peer.call, p.Screen())
	}
	return strings.ReplaceAll(strings.Join(found[1:], ""), " ", "")
}

// whole goes all the way with the right code, and counts.
func (w *walk) whole() {
	p := w.start(80, 24, "LANG=C.UTF-8")
	w.toPicture(p)
	secret := ""
	if w.peer.shown != "" {
		secret = w.secret(p)
		at := time.Now()
		if w.peer.before != "" { // this code was used by the sign-up
			at = at.Add(30 * time.Second)
		}
		code, err := totp.GenerateCode(secret, at)
		if err != nil {
			w.t.Fatal(err)
		}
		rest(p)
		w.press(p, strings.Replace(w.peer.code, "CODE", code, 1))
		w.play(p, w.peer.finish)
	}
	exit := p.Wait()
	w.note("keys of the command", len(w.peer.call))
	w.note("keys after it", w.keys)
	w.note("exit code", exit)
	w.left("", p, secret)
}

// left is what can be seen in the window and its scrollback at the end.
func (w *walk) left(when string, p *ptytest.Pane, secret string) {
	text := p.History()
	lines := strings.Split(text, "\n")
	folded := strings.NewReplacer("\n", "", " ", "").Replace(text)
	p.Resize(80, len(lines)+5) // brings the scrollback back
	picture := strings.HasPrefix(ptytest.DecodeQR(w.t, p.Cells().Image(ptytest.Light)), "otpauth://")
	w.note(when+"lines left in the window", len(lines))
	if w.peer.shown != "" && w.peer.before == "" {
		w.note(when+"the key is left there", strings.Contains(folded, secret))
		w.note(when+"a QR code is left there", picture)
	}
	w.say(when+"last", lines[max(0, len(lines)-3):])
}

// pictures reads the QR code from pictures of the window.
func (w *walk) pictures() {
	if w.peer.before != "" || w.peer.shown == "" {
		return
	}
	for _, c := range []struct {
		columns, rows int
		env           string
	}{{80, 24, "LANG=C.UTF-8"}, {100, 60, "LANG=C.UTF-8"}, {80, 24, "LANG=C"}, {100, 60, "LANG=C"}} {
		p := w.start(c.columns, c.rows, c.env)
		w.toPicture(p)
		rest(p)
		for _, theme := range []ptytest.Theme{ptytest.Light, ptytest.Dark} {
			read := strings.HasPrefix(ptytest.DecodeQR(w.t, p.Cells().Image(theme)), "otpauth://")
			w.note(fmt.Sprintf("QR code read: %dx%d, %s, %s", c.columns, c.rows, c.env, theme.Name), read)
		}
		p.Key("C-c")
		p.Wait()
	}
}

// dumb is what is sent to a terminal that understands nothing.
func (w *walk) dumb() {
	if w.peer.before != "" {
		return
	}
	s := ptytest.Start(w.t, ptytest.Options{
		Path: "sh", Args: []string{"-c", w.peer.call}, Env: w.env("TERM=dumb", "LANG=C"), Limit: limit, Rows: 60,
	})
	if w.peer.shown == "" {
		s.WaitFor(w.peer.begin[0])
	} else {
		for i := 0; i+1 < len(w.peer.begin); i += 2 {
			s.WaitFor(w.peer.begin[i])
			s.Type(w.peer.begin[i+1])
		}
	}
	s.WaitUntil("the code's field", func() bool {
		return strings.Contains(s.Screen(), w.peer.shown) || strings.Contains(s.Screen(), "Code for the sandbox:")
	})
	if strings.Contains(s.Screen(), lineByLine) {
		s.Type("q\r")
		s.WaitUntil("a second prompt", func() bool { return strings.Count(s.Screen(), "Code for") > 1 })
	}
	raw := string(s.Raw())
	s.Type("\x03")
	s.Wait()
	beyond := strings.IndexFunc(raw, func(r rune) bool { return r > unicode.MaxASCII }) >= 0
	w.note("TERM=dumb, LANG=C: escape sequences sent", strings.Contains(raw, "\x1b"))
	w.note("TERM=dumb, LANG=C: more than ASCII sent", beyond)
}

// wrong is what is said to a wrong code.
func (w *walk) wrong() {
	if w.peer.shown == "" {
		return
	}
	p := w.start(80, 24, "LANG=C.UTF-8")
	w.toPicture(p)
	before := p.Screen()
	w.press(p, strings.Replace(w.peer.code, "CODE", "000000", 1))
	p.WaitUntil("an answer", func() bool {
		return strings.Contains(p.Screen(), "ncorrect") || strings.Contains(p.Screen(), "Not sent") || strings.Contains(p.Screen(), "is wrong")
	})
	var news []string
	for _, line := range strings.Split(p.Screen(), "\n") {
		if i := strings.LastIndex(line, "  "); i >= 0 && strings.ContainsAny(line, "▄▀█") {
			line = line[i:]
		}
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(before, line) {
			news = append(news, line)
		}
	}
	p.Key("C-c")
	p.Wait()
	w.say("wrong code", news)
}

// interrupted is Ctrl-C at the code, or at the first question.
func (w *walk) interrupted() {
	p := w.start(80, 24, "LANG=C.UTF-8")
	secret := ""
	if w.peer.shown != "" {
		w.toPicture(p)
		secret = w.secret(p)
	} else {
		p.WaitFor(w.peer.begin[0])
	}
	rest(p)
	p.Key("C-c")
	w.note("Ctrl-C: exit code", p.Wait())
	w.left("Ctrl-C: ", p, secret)
}
