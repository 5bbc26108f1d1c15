package sandbox

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// channel is a way to deliver a one-time code or a link.
type channel string

const (
	byEmail    channel = "email"
	bySMS      channel = "sms"
	byVoice    channel = "voice"
	byWhatsApp channel = "whatsapp"
	byIM       channel = "im"
)

var (
	channels      = []channel{byEmail, bySMS, byVoice, byWhatsApp, byIM}
	phoneChannels = channels[1:]
	linkChannels  = []channel{byEmail, bySMS, byWhatsApp} // nobody reads a link out
)

// factor is the channel's entry in "amr". Sandbox behaviour: a call counts as
// an SMS, since both prove the same number; what the service writes for voice
// and im is not public.
func (ch channel) factor() string {
	if ch == byVoice {
		return string(bySMS)
	}
	return string(ch)
}

const (
	emailShape = `^[^@\s]+@[^@\s]+$`
	phoneShape = `^\+[1-9][0-9]{6,14}$` // E.164
)

// reaches says whether the channel can deliver to an address of this shape.
func (ch channel) reaches(address string) bool {
	if ch == byEmail {
		return regexp.MustCompile(emailShape).MatchString(address)
	}
	return regexp.MustCompile(phoneShape).MatchString(address)
}

// unreachable refuses an address that the channel cannot deliver to.
func (ch channel) unreachable() *refusal {
	if ch == byEmail {
		return refuse(codeInvalid, "The request failed validation", "The email field must hold an email address")
	}
	return refuse(codeInvalid, "The request failed validation", "The phone field must hold a number like +15555555555")
}

// of is the user's address for the channel.
func (ch channel) of(p profile) string {
	if ch == byEmail {
		return p.Email
	}
	return p.Phone
}

// set stores the user's address for the channel.
func (ch channel) set(p *profile, address string) {
	if ch == byEmail {
		p.Email = address
		return
	}
	p.Phone = address
}

// masked is the reply to a call that sends a code or a magic link.
type masked struct {
	MaskedEmail string `json:"maskedEmail,omitempty"`
	MaskedPhone string `json:"maskedPhone,omitempty"`
	Attempts    int    `json:"verificationAttempts"`
}

// mask hides most of an address: t***@example.com, *********44.
func (ch channel) mask(address string) masked {
	if ch != byEmail {
		hidden := max(len(address)-2, 0)
		return masked{MaskedPhone: strings.Repeat("*", hidden) + address[hidden:], Attempts: maxTries}
	}
	name, host, _ := strings.Cut(address, "@")
	first := []rune(name)[:1]
	return masked{MaskedEmail: string(first) + "***@" + host, Attempts: maxTries}
}

var million = big.NewInt(1_000_000)

// newCode returns six random digits.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, million)
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}
