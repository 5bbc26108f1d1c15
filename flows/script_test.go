package flows

import (
	"errors"
	"strings"
	"time"

	"postern/client"
)

// tasks are the words that begin anew.
var tasks = map[string]func(Plan) Flow{
	"enroll": Enroll, "signin": SignIn, "second": SecondFactor, "stepup": StepUp, "replace": Replace, "home": Home,
	"reset": Reset, "change": ChangePassword, "codes": RecoveryCodes,
	"pictures": func(Plan) Flow { return TryPictures(samples) },
}

// answering begins with a code that was sent before.
func answering(words string) Flow {
	sent := Pending{Method: client.Email, LoginID: ada, Sent: mailed.Sent, ResendAt: mailed.ResendAt}
	var rest []string
	for _, w := range strings.Fields(words) {
		switch w {
		case "sign-up":
			sent.Purpose = client.ToSignUp
		case "add":
			sent.MFA = true
		case "raise":
			sent.StepUp = true
		case "magic":
			sent.Method = client.MagicLink
		default:
			rest = append(rest, w)
		}
	}
	return Answer(plan(strings.Join(rest, " ")), sent)
}

// sessions and people by their words.
func (c cast) named(word string) *client.Session {
	return map[string]*client.Session{
		"": c.app, "mail": c.mail, "both": c.both, "stepped": c.stepped, "all": c.all, "lone": c.lone, "text": c.text, "mail-up": c.mailUp, "fresh": c.fresh,
	}[word]
}

var people = map[string]*client.User{"": reachable, "appless": appless, "alone": alone, "nobody": nil}

// result reads the words of an answer:
//
//	prepared [ID], enrolled, stranger, revoked, no-store, method-closed, delivered
//	signed-in [mail|both|stepped|all], present [appless|alone|nobody] [mail|both|…]
//	kept [WHAT OF THE OLD ONE], failed KIND, too-early D
//	learned, password-set, reset-sent [link], made [handed|unhanded], no-policy
//	surveyed [both|nobody|eve], signed-out [WHY NOT AT THE SERVER]
//	locked [new], unlocked, wrong-passphrase, damaged, not-stored
func (s *stage) result(words string) Result {
	verb, rest, _ := strings.Cut(words, " ")
	switch verb {
	case "prepared":
		return Prepared{rest}
	case "enrolled":
		return Enrolled{key(s.offset)}
	case "present":
		who, session, _ := strings.Cut(rest, " ")
		if _, known := people[who]; !known {
			who, session = "", who
		}
		return Present{actors().named(session), people[who]}
	case "delivered":
		return Delivered{mailed.Sent, s.now.Add(30 * time.Second)}
	case "method-closed":
		return Failed{methodClosed}
	case "too-early":
		return Failed{Wait{duration(rest)}}
	case "signed-in":
		return SignedIn{actors().named(rest)}
	case "stranger":
		return SignedIn{stranger}
	case "kept":
		if rest != "" {
			return Kept{errors.New(rest)}
		}
		return Kept{}
	case "signed-out":
		if rest != "" {
			return SignedOut{errors.New(rest)}
		}
		return SignedOut{}
	case "surveyed":
		if rest == "eve" {
			return Surveyed{SignedIn: true, LoginID: eve, Store: "keyring"}
		}
		return map[string]Surveyed{"": seenAda, "both": seenBoth, "nobody": seenNobody}[rest]
	case "learned":
		return Learned{policy}
	case "no-policy":
		return Failed{&client.Error{Op: "password policy", Kind: client.Refused, Status: 404}}
	case "password-set":
		return PasswordSet{}
	case "reset-sent":
		return map[string]ResetSent{"": mailedReset, "link": mailedLink}[rest]
	case "made":
		return map[string]CodesMade{"": {Codes: sharedCodes}, "handed": {}, "unhanded": {sharedCodes, errOld}}[rest]
	case "revoked":
		return Revoked{}
	case "no-store":
		return Failed{noStore}
	case "locked":
		return Failed{&PassphraseNeeded{Create: rest == "new", Err: fault(client.StoreFailed)}}
	case "unlocked":
		return Unlocked{}
	case "wrong-passphrase":
		return Failed{WrongPassphrase}
	case "damaged":
		return Failed{damaged}
	case "not-stored":
		return Failed{notStored}
	case "failed":
		for k, err := range faults {
			if constName("Kind", int(k)) == rest {
				return Failed{err}
			}
		}
	}
	s.t.Fatalf("no such result: %q", words)
	return nil
}

func plan(words string) Plan {
	var p Plan
	for _, w := range strings.Fields(words) {
		k, v, _ := strings.Cut(w, "=")
		v = strings.ReplaceAll(v, `\u200b`, "\u200b") // a file is no place for what cannot be seen
		switch k {
		case "login":
			p.LoginID = v
		case "name":
			p.User.Name = v
		case "email":
			p.User.Email = v
		case "phone":
			p.User.Phone = v
		case "method":
			p.Method = client.Method(v)
		case "mfa":
			p.MFA = client.Method(v)
		case "or-sign-up":
			p.OrSignUp = true
		case "require":
			p.RequireMFA = true
		case "begun":
			p.Begun = &Begun{LoginID: v, At: noon}
		case "details":
			p.Details = true
		case "force":
			p.Force = true
		default:
			panic("no such word of a plan: " + w)
		}
	}
	return p
}
