package ui

import (
	"net/url"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

const escapeProject = "P222222222222222222222222222"

// escapeField is a text of a server's replies, and where people see it.
type escapeField struct {
	name    string
	reply   func(word string) spoken // JSON for each path
	flow    func() flows.Flow
	typed   []line
	longest int                                       // bytes: a longer text is refused as a whole
	lines   func(*testing.T, *client.Client) []string // a command that prints it, instead of a flow
	never   map[string]string                         // the drivers that never show it, and why
}

// spoken are the replies by path. A status before the JSON is not 200.
type spoken map[string]string

type escapeDriver struct {
	name string
	run  driver
}

var escapeDrivers = []escapeDriver{{"full screen", Full}, {"line by line", Plain}}

func (f escapeField) unshown(driver string) bool { return f.never[driver] != "" }

var onlyPrinted = map[string]string{"full screen": "a command prints it line by line, no screen shows it"}

var escapeFields = []escapeField{
	refusedField("errorCode"), refusedField("errorDescription"), refusedField("errorMessage"),
	masked("maskedEmail", client.Email), masked("maskedPhone", client.SMS),
	mismatch("user.name", func(w string) string { return `"name":` + w + `,"loginIds":["eve"]` }),
	mismatch("user.email", func(w string) string { return `"email":` + w }),
	mismatch("loginIds[]", func(w string) string { return `"loginIds":[` + w + `]` }),
	label("otpauth label", func(w string) string { return "Example:" + w + "?secret=" + testKey }),
	label("otpauth issuer", func(w string) string { return "Ada?secret=" + testKey + "&issuer=" + w }),
	{name: "tenant and role names", never: onlyPrinted, lines: tenantLines, reply: func(w string) spoken {
		return spoken{
			"/v1/auth/totp/verify": signInAs("kid", w, `"loginIds":["`+ada+`"]`),
			"/v1/auth/me/tenants":  `{"tenants":[{"id":` + quoted(w) + `,"name":` + quoted(w) + `}]}`,
			"/v2/keys/":            keySetOf("kid"),
		}
	}},
	{name: "kid", never: onlyPrinted, lines: inspectionLines, reply: func(w string) spoken {
		return spoken{"/v1/auth/totp/verify": signInAs(w, "admin", `"loginIds":["`+ada+`"]`), "/v2/keys/": keySetOf(w)}
	}},
}

func refusedField(field string) escapeField {
	return escapeField{name: field, flow: signUpAda, reply: func(w string) spoken {
		code := `"errorCode":"E1",`
		if field == "errorCode" {
			code = ""
		}
		return spoken{"/v1/auth/totp/signup": "400 {" + code + `"` + field + `":` + quoted(w) + "}"}
	}}
}

func masked(field string, m client.Method) escapeField {
	return escapeField{
		name: field, flow: func() flows.Flow { return flows.SignIn(flows.Plan{LoginID: ada, Method: m}) },
		reply: func(w string) spoken {
			return spoken{"/v1/auth/otp/signin/": `{"` + field + `":` + quoted(w) + "}"}
		},
	}
}

// mismatch is somebody else than was typed: people are asked about that.
func mismatch(field string, user func(word string) string) escapeField {
	return escapeField{
		name: field, flow: signInAda, typed: []line{{"Code for", "123456"}},
		reply: func(w string) spoken {
			return spoken{"/v1/auth/totp/verify": signInAs("kid", "admin", user(quoted(w)))}
		},
	}
}

func label(field string, of func(word string) string) escapeField {
	return escapeField{
		name: field, flow: signUpAda, typed: []line{{"Code for", "u"}}, longest: 100,
		reply: func(w string) spoken {
			uri := "otpauth://totp/" + of(strings.ReplaceAll(url.QueryEscape(w), "+", "%20"))
			return spoken{"/v1/auth/totp/signup": `{"provisioningURL":` + quoted(uri) + "}"}
		},
	}
}
