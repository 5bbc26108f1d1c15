package flows

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"postern/client"
)

func isMagic(m client.Method) bool { return slices.Contains(client.Magic, m) }

func isLink(m client.Method) bool { return m == client.Link || isMagic(m) }

// pasting takes the link of a message, or the token in it.
type pasting struct{ entry }

func (s pasting) want() Request { return s.job.verify(s.method, s.try) }

func (s pasting) screen() Screen {
	sc := Screen{
		Step: StepMagic, Errand: s.errand, LoginID: s.loginID, Notice: s.try.notice,
		Show: Sent{Method: s.method, To: s.letter.sent.To, ResendAt: s.left().nextLetter()},
		Can:  Can{Back: true, Cancel: true},
	}
	if s.asking() {
		sc.Ask = &askHidden
		sc.Can.Resend, sc.Can.Method = s.sendable(), true
	}
	return sc
}

func (s pasting) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(s.try.lost(s.method))
	case Back:
		return s.leave()
	case Another:
		if s.asking() {
			return choosing{job: s.left()}
		}
	case Resend:
		if !s.asking() || !s.sendable() {
			return nil
		}
		if next := s.resend(e.At); next != nil {
			return next
		}
		return s
	case Submit:
		if s.asking() {
			s.try = s.try.paste(e, s.method)
			return s
		}
	case Done:
		if s.try.held {
			if !s.try.paused(e) {
				return nil
			}
			return s
		}
		return s.answered(e)
	}
	return nil
}

func (s pasting) answered(d Done) state {
	next, err := s.entry.answered(s.method, d)
	if err == nil {
		return next
	}
	return s
}

// paste judges a typed link as take does a code.
func (t try) paste(s Submit, m client.Method) try {
	token := tokenIn(s.Text)
	t.notice = nil
	switch {
	case strings.TrimSpace(s.Text) == "":
		t.notice = Empty
	case token == "":
		t.notice = NoToken
	case t.knows(m, token):
		t.notice = UsedLink
	case s.At.Before(t.until):
		t.notice = Wait{t.until.Sub(s.At)}
	default:
		return t.send(token, s.At)
	}
	return t
}

// tokenIn takes the token of a magic link out of what people paste: the whole
// link, which has it in its query (Descope API: the landing address plus
// ?t=TOKEN), or the token alone. Mail programs break long lines and put angle
// brackets around. It is empty for anything else.
func tokenIn(pasted string) client.Secret {
	text := strings.Trim(strings.TrimSpace(pasted), "<>\"'")
	if strings.Contains(text, "://") {
		text = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text)
		link, err := url.Parse(text)
		if err != nil || link.Scheme != "https" && link.Scheme != "http" {
			return ""
		}
		text = link.Query().Get("t")
	}
	if strings.ContainsFunc(text, notInToken) {
		return ""
	}
	return client.Secret(text)
}

// notInToken reports what no token has: it is made to stand in an address
// (RFC 3986 §2.3) or is Base64 (RFC 4648 §4).
func notInToken(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~+/=", r)
}
