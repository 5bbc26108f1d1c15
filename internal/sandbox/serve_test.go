package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestServeAnswersUntilItsContextEnds(t *testing.T) {
	d := at(t, newClock().options())
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	up := make(chan Ready, 1)
	go func() {
		served <- d.box.Serve(ctx, "127.0.0.1:0", func(r Ready) error { up <- r; return nil })
	}()
	ready := <-up
	if ready.Schema != 1 || ready.ProjectID != d.box.ProjectID() || ready.ManagementKey == "" || ready.AuthManagementKey == "" {
		t.Errorf("got %+v", ready)
	}
	req, _ := http.NewRequest("POST", ready.BaseURL+"/v1/auth/totp/signup", strings.NewReader(`{"loginId":"a"}`))
	req.Header.Set("Authorization", "Bearer "+ready.ProjectID)
	client := &http.Client{Transport: &http.Transport{}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 {
		t.Errorf("got %s", resp.Status)
	}
	resp.Body.Close()
	cancel()
	if err := <-served; err != nil {
		t.Errorf("got %v, want nil", err)
	}
	if _, err := client.Get(ready.BaseURL); err == nil {
		t.Error("it still listens")
	}
}

// A page in a browser may have a name of its own made to mean 127.0.0.1.
func TestServeAnswersToNoNameButItsOwn(t *testing.T) {
	d := at(t, newClock().options())
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	up := make(chan Ready, 1)
	go func() {
		served <- d.box.Serve(ctx, "127.0.0.1:0", func(r Ready) error { up <- r; return nil })
	}()
	ready := <-up
	base, _ := url.Parse(ready.BaseURL)
	client := &http.Client{Transport: &http.Transport{}}
	for host, want := range map[string]int{
		base.Host: 200, "127.0.0.1": 200, "localhost:" + base.Port(): 200, "LOCALHOST": 200, "[::1]:" + base.Port(): 200, "[::1]": 200,
		"evil.example:" + base.Port(): 421, "evil.example": 421, "127.0.0.1.evil.example": 421, "192.0.2.1": 421, "localhost.evil.example": 421,
	} {
		req, _ := http.NewRequest("POST", ready.BaseURL+"/v1/auth/magiclink/signup/email", strings.NewReader(`{"loginId":"`+host+`@example.com","user":{"email":"a@example.com"}}`))
		req.Header.Set("Authorization", "Bearer "+ready.ProjectID)
		req.Host = host
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: got %s, want %d: %s", host, resp.Status, want, text)
		}
		if want == 421 && !strings.Contains(string(text), ready.BaseURL) {
			t.Errorf("%s: got %s, want where it is called", host, text)
		}
	}
	client.CloseIdleConnections()
	cancel()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	messages, err := d.box.Inbox(t.Context())
	if err != nil || len(messages) != 6 {
		t.Fatalf("got %d messages, %v, want 6", len(messages), err)
	}
	for _, m := range messages {
		if link, err := url.Parse(m.Link); err != nil || !ownName(link.Host) {
			t.Errorf("got a link to %s, %v, want one to this computer", m.Link, err)
		}
	}
}

func TestServeRefusesOtherAddresses(t *testing.T) {
	d := at(t, newClock().options())
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1", ""} {
		err := d.box.Serve(t.Context(), listen, func(Ready) error { t.Errorf("%q: listens", listen); return errors.New("stop") })
		if !errors.Is(err, ErrListen) {
			t.Errorf("%q: got %v, want %v", listen, err, ErrListen)
		}
	}
}

func TestServeEndsWithTheErrorOfReady(t *testing.T) {
	want := errors.New("nobody to tell")
	err := at(t, newClock().options()).box.Serve(t.Context(), "localhost:0", func(Ready) error { return want })
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
