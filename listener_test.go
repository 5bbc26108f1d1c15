//go:build linux

package main

import (
	"flag"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

var update = flag.Bool("update", false, "write the transcripts in testdata/spoken anew")

// listener is somebody who hears the lines of a terminal, one after the other,
// and sees no screen. What they heard becomes a transcript.
type listener struct {
	*customer
	name    string
	env     []string // of the commands
	flags   []string // of the commands
	heard   strings.Builder
	secrets map[string]string // what is another one each time, and what stands for it
}

// dialog is one command on a terminal.
type dialog struct {
	*ptytest.Session
	l  *listener
	at int // what was heard before the last question
}

func newListener(t *testing.T) *listener {
	t.Helper()
	c := newCustomer(t, hand{name: "line by line", flags: []string{"--plain"}})
	return &listener{customer: c, flags: []string{"--plain"}, name: "Ann", secrets: map[string]string{
		strings.TrimPrefix(c.server.BaseURL, "http://"): "HOST", c.server.ProjectID: "PROJECT",
	}}
}

// runs starts a command, answers it, and waits for its end.
func (l *listener) runs(exit int, args []string, answers ...func(*dialog)) {
	l.t.Helper()
	before := l.person.env
	l.person.set(l.env...)
	d := &dialog{Session: l.terminal(l.customer.flags(append(l.flags[:len(l.flags):len(l.flags)], args...)...)...), l: l}
	l.person.env = before
	for _, a := range answers {
		a(d)
	}
	if code := d.Wait(); code != exit {
		l.t.Errorf("%v: got exit %d, want %d\n%s", args, code, exit, d.Raw())
	}
	d.CheckRestored()
	raw := d.Raw()
	checkBytes(l.t, raw)
	l.heard.WriteString("$ postern " + strings.Join(args, " ") + "\n" + strings.ReplaceAll(string(raw), "\r\n", "\n") + "\n")
}

// asked waits for a question, and answers what was said up to it.
func (d *dialog) asked(question string) (said string) {
	d.l.t.Helper()
	d.WaitUntil("the question "+question, func() bool {
		said = string(d.Raw()[d.at:])
		last := said[strings.LastIndex(said, "\n")+1:]
		return strings.HasSuffix(said, ": ") && strings.Contains(last, question)
	})
	d.at += len(said)
	return said
}

// says answers a question.
func says(question, answer string) func(*dialog) {
	return func(d *dialog) {
		d.l.t.Helper()
		d.asked(question)
		d.Type(answer + "\r")
	}
}

// thinks answers a question with what is known only then.
func thinks(question string, answer func(said string) string) func(*dialog) {
	return func(d *dialog) {
		d.l.t.Helper()
		said := d.asked(question)
		d.Type(answer(said) + "\r")
	}
}

// hides notes what stands for a secret in the transcript.
func (l *listener) hides(secret, sign string) string {
	l.secrets[secret] = sign
	return secret
}

// transcript is what was heard, with the same words each time.
func (l *listener) transcript() string {
	text := l.heard.String()
	for secret, sign := range l.secrets {
		text = strings.ReplaceAll(text, secret, sign)
	}
	for _, c := range []struct{ is, sign string }{
		{`\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d`, "DATE"},
		{`until \d\d:\d\d\.`, "until TIME."},
		{`in (2\d|30) s`, "in 30 s"},
		{`(?m)^([0-9A-Z]{5}-[0-9A-Z]{5}\n)+`, "RECOVERY CODES, ONE A LINE\n"},
		{`link \d+ in`, "link NUMBER in"},
		{`(2 min 0|1 min 5\d) s left`, "2 min 0 s left"},
		{`(?m)^(Checking the .*|Ctrl-C stops it\.)\n`, ""}, // said where it takes longer than a moment
	} {
		text = regexp.MustCompile(c.is).ReplaceAllString(text, c.sign)
	}
	return text
}

func spoken(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "spoken", name+".txt")
	if *update {
		write(t, path, got)
		return
	}
	if want := read(t, path); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

// checkBytes looks for what no line-by-line terminal should be sent.
func checkBytes(t *testing.T, raw []byte) {
	t.Helper()
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
		t.Errorf("got the control character %q in %q", text[i], text[max(i-40, 0):min(i+40, len(text))])
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len([]rune(line)) > 80 && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("got a line of %d columns: %q", len([]rune(line)), line)
		}
	}
}

// takesKey has the key shown as the link, and answers with a code that it does
// not make, and with one that it makes.
func (l *listener) takesKey(wrong bool) []func(*dialog) {
	var key string
	answers := []func(*dialog){says("Code for", "u"), thinks("Code for", func(said string) string {
		link := otpauth.FindString(said)
		key = secretOf(l.t, link)
		l.hides(link, "LINK")
		l.hides(grouped(key), "KEY IN GROUPS OF FOUR")
		if wrong {
			return l.hides(otherCode(l.t, key), "WRONG")
		}
		return l.hides(authenticator(l.t, key, l.server.now()), "CODE")
	})}
	if wrong {
		answers = append(answers, thinks("Code for", func(string) string {
			return l.hides(authenticator(l.t, key, l.server.now()), "CODE")
		}))
	}
	return answers
}

// mailed is the code in the newest message.
func (l *listener) mailed(string) string { return l.hides(l.delivered(ann), "CODE") }
