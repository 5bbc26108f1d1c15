package ui

import (
	"slices"
	"strings"
	"testing"

	"postern/client"
)

// met are the codes of the service that a person can meet.
var met = strings.Fields(`E010009 E011001 E011002 E011003 E011004 E011008 E013009 E032101 E032106 E033005
	E061002 E061003 E061004 E061005 E061102 E061103 E061104 E062107 E062108 E062503 E062504 E062802 E062803
	E062903 E062909 E064001 E071001 E112102 E130429`)

// kindOf is what the client makes of a code.
var kindOf = map[client.Text]client.Kind{
	"E061005": client.Ended, "E064001": client.Ended, "E061102": client.WrongCode, "E061104": client.CodeExpired,
	"E062107": client.UserExists, "E062108": client.UserUnknown, "E062903": client.Denied, "E130429": client.RateLimited,
}

func TestEveryCodeOfTheServiceHasWordsOfItsOwn(t *testing.T) {
	generic := Explain(&client.Error{Op: "x", Kind: client.Refused, Code: "E999999", Status: 400}, "postern")
	if !strings.Contains(generic.What, "E999999") || generic.Do == "" {
		t.Errorf("an unknown code: got %+v, want its number and what to do", generic)
	}
	said := map[string]client.Text{}
	for _, text := range met {
		code := client.Text(text)
		_, listed := meanings[code]
		if listed == slices.Contains(kindCodes, code) {
			t.Errorf("%s: explained by a sentence %t and by its kind %t, want one of them", code, listed, !listed)
		}
		kind, known := kindOf[code]
		if !known {
			kind = client.Refused
		}
		x := Explain(&client.Error{Op: "otp signin email", Kind: kind, Code: code, Status: 400}, "./postern")
		if x.What == "" || x.Do == "" || strings.HasPrefix(x.What, "The service refused") || strings.HasPrefix(x.What, "It failed") {
			t.Errorf("%s: got %+v, want words of its own", code, x)
		}
		if other, twice := said[x.What]; twice && kindOf[other] != client.Ended && code != "E062803" {
			t.Errorf("%s: got %q, the words of %s", code, x.What, other)
		}
		if strings.Contains(x.Do, "{called}") || len(x.Next) > 0 && !strings.Contains(x.Do, "./postern "+x.Next[0]) {
			t.Errorf("%s: got %+v, want the command as it is called", code, x)
		}
		said[x.What] = code
	}
	if got, want := len(meanings)+len(kindCodes), len(met); got != want {
		t.Errorf("got words for %d codes, want %d", got, want)
	}
}

func TestAClosedMethodNamesItsSwitch(t *testing.T) {
	for op, want := range map[string]string{
		"totp verify": "Authenticator Apps (TOTP)", "otp signin email": "One-time Password", "password sign-up": "Password",
		"recovery codes": "Recovery Codes", "recovery code": "Recovery Codes", "magic link": "Magic Link",
		"link signin": "Enchanted Link",
	} {
		x := Explain(&client.Error{Op: op, Kind: client.Refused, Code: "E061002", Status: 400}, "postern")
		if want = "Authentication Methods > " + want + " > Enable method in API and SDK."; !strings.Contains(x.Do, want) {
			t.Errorf("%s: got %q, want %q in it", op, x.Do, want)
		}
	}
	for m := range methodNames {
		if switches[m] == "" {
			t.Errorf("%s: no switch", m)
		}
	}
}
