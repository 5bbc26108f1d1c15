package sandbox

import (
	"errors"
	"fmt"
	"html"
	"net/http"
)

// landingPath is the page of the sandbox that links lead to by default. In
// place of a project's own page it presses an enchanted link; of a magic link
// it shows the token, which a program reads from its person.
const landingPath = "/sandbox/link"

// page is an answer for a person with a browser.
type page struct {
	status      int
	Title, Text string
	Token       string // to copy; "" for none
}

// The form of a page. Its parts are escaped by hand: html/template calls
// methods by name, and for that the linker would keep every exported method of
// the whole program, 4 MB of them.
const (
	pageForm = `<!doctype html><meta charset="utf-8"><title>Postern sandbox</title>
<h1>%s</h1><p>%s</p>%s
`
	pasteForm = "<pre>%s</pre>"
)

// showLanding answers GET /sandbox/link?t=<token>. Nothing of the address is
// shown but a token that exists.
func showLanding(c *call) (any, error) {
	token := c.r.URL.Query().Get("t")
	got, err := c.findLink(token)
	if err == nil && !got.Enchanted {
		return page{http.StatusOK, "A magic link", "Paste this token, or the whole link, where you are signing in:", token}, nil
	}
	if err == nil {
		err = c.press(got)
	}
	var refused *refusal
	if errors.As(err, &refused) {
		return page{refused.status, refused.description, refused.message, ""}, nil
	}
	return page{http.StatusOK, "Pressed", "Go back to where you are signing in.", ""}, err
}

// reply renders the page. It loads nothing and runs nothing, and nobody learns
// its address from it.
func (p page) reply() (reply, error) {
	token := ""
	if p.Token != "" {
		token = fmt.Sprintf(pasteForm, html.EscapeString(p.Token))
	}
	body := fmt.Sprintf(pageForm, html.EscapeString(p.Title), html.EscapeString(p.Text), token)
	return reply{p.status, http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
		"Referrer-Policy":         {"no-referrer"},
		"X-Content-Type-Options":  {"nosniff"},
		"Cache-Control":           {"no-store"},
	}, []byte(body)}, nil
}
