package client

// Method is a way in, or a factor. Codes have their name on the wire.
type Method string

// The methods that a terminal can use.
const (
	TOTP          Method = "totp"
	Email         Method = "email"
	SMS           Method = "sms"
	Voice         Method = "voice"
	WhatsApp      Method = "whatsapp"
	Link          Method = "link"       // enchanted link: opened anywhere, waited for here
	MagicLink     Method = "magic-link" // by email; its token comes back by hand
	MagicSMS      Method = "magic-sms"
	MagicWhatsApp Method = "magic-whatsapp"
	Password      Method = "password"
	Recovery      Method = "recovery" // one of the recovery codes
)

// Delivered are the methods whose code is sent to an address, in the order in
// which they are offered.
var Delivered = []Method{Email, SMS, Voice, WhatsApp}

// Magic are the methods whose message holds a link with a token in it.
var Magic = []Method{MagicLink, MagicSMS, MagicWhatsApp}

// Channel is the method whose address a message of this one goes to, empty
// where nothing is sent.
func (m Method) Channel() Method {
	switch m {
	case Link, MagicLink:
		return Email
	case MagicSMS:
		return SMS
	case MagicWhatsApp:
		return WhatsApp
	case Email, SMS, Voice, WhatsApp:
		return m
	}
	return ""
}
