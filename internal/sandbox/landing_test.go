package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// visit opens an address of the sandbox as a browser does, with no Authorization.
func (d desk) visit(address string) (*http.Response, string) {
	d.Helper()
	req, err := http.NewRequestWithContext(d.Context(), http.MethodGet, address, nil)
	if err != nil {
		d.Fatal(err)
	}
	resp, err := d.box.RoundTrip(req)
	if err != nil {
		d.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.Fatal(err)
	}
	for name, want := range map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"Cache-Control":           "no-store",
	} {
		if got := resp.Header.Get(name); got != want {
			d.Errorf("%s: got %s %q, want %q", address, name, got, want)
		}
	}
	return resp, string(text)
}

func TestLandingPagePressesAnEnchantedLink(t *testing.T) {
	d := at(t, newClock().options())
	w := d.ask("signup/email", "", object{"loginId": ann})
	if resp, text := d.visit(w.link(true)); resp.StatusCode != 200 || !strings.Contains(text, "Go back") {
		t.Errorf("got %s %s", resp.Status, text)
	}
	d.must(w.poll())
	if resp, text := d.visit(w.link(true)); resp.StatusCode != 401 || !strings.Contains(text, "used before") {
		t.Errorf("got %s %s for a used link", resp.Status, text)
	}
	w = d.ask("signin/email", "", object{"loginId": ann})
	if resp, text := d.visit(w.link(false)); resp.StatusCode != 401 || !strings.Contains(text, "has ended") {
		t.Errorf("got %s %s for a wrong link", resp.Status, text)
	}
	d.refused(w.poll(), 401, "E061004")
}

func TestLandingPageShowsTheTokenOfAMagicLink(t *testing.T) {
	d := at(t, newClock().options())
	link := d.link("signup/email", "", object{"loginId": ann})
	for range 2 { // looking at it does not spend it
		if resp, text := d.visit(link); resp.StatusCode != 200 || !strings.Contains(text, "<pre>"+d.token(link)+"</pre>") {
			t.Errorf("got %s %s, want the token", resp.Status, text)
		}
	}
	d.must(d.tryLink(link))
}

func TestLandingPageRepeatsNothingOfItsAddress(t *testing.T) {
	d := at(t, newClock().options())
	for _, token := range []string{"", "<script>alert(1)</script>", "%3Cscript%3E", "U1-%3Cscript%3E"} {
		resp, text := d.visit("https://sandbox.invalid/sandbox/link?t=" + token)
		if resp.StatusCode != 401 || strings.Contains(text, "script") || strings.Contains(text, "%3C") {
			t.Errorf("%s: got %s %s", token, resp.Status, text)
		}
	}
}

func TestLinkOfAServedSandboxLeadsToItsOwnPage(t *testing.T) {
	d := at(t, newClock().options())
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	up := make(chan Ready, 1)
	go func() {
		served <- d.box.Serve(ctx, "127.0.0.1:0", func(r Ready) error { up <- r; return nil })
	}()
	ready := <-up
	defer func() { cancel(); <-served }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, ready.BaseURL+"/v1/auth/enchantedlink/signup/email",
		strings.NewReader(`{"loginId":"ann@example.com"}`))
	req.Header.Set("Authorization", "Bearer "+ready.ProjectID)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	link := d.delivered(ann).Link
	if !strings.HasPrefix(link, ready.BaseURL+"/sandbox/link?t=") {
		t.Fatalf("got link %s, want one at %s", link, ready.BaseURL)
	}
	if resp, err = client.Get(link); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("got %s", resp.Status)
	}
	for _, l := range d.person(ann).Links {
		if !l.Pressed {
			t.Error("the link was not pressed")
		}
	}
}

func TestPressDoesWhatABrowserWould(t *testing.T) {
	d := at(t, newClock().options())
	if _, err := d.box.Press(t.Context(), ann); !errors.Is(err, ErrNoLink) {
		t.Errorf("got %v, want ErrNoLink", err)
	}
	old := d.ask("signup/email", "", object{"loginId": ann})
	w := d.ask("signup-in/email", "", object{"loginId": ann, "URI": "https://app.example.com/?t=theirs"})
	d.link("signup-in/email", "", object{"loginId": ann}) // a magic link after it is none to press
	id, err := d.box.Press(t.Context(), strings.ToUpper(ann))
	if err != nil || id != w.str("linkId") {
		t.Fatalf("got %q, %v, want %s", id, err, w.str("linkId"))
	}
	d.must(w.poll())
	d.refused(old.poll(), 401, "E062503")
	if _, err := d.box.Press(t.Context(), ann); err == nil || !strings.Contains(err.Error(), "used before") {
		t.Errorf("got %v, want the second press refused", err)
	}
}
