package sandbox

import (
	"context"
	"errors"
	"net/http"
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

func TestServeRefusesOtherAddresses(t *testing.T) {
	d := at(t, newClock().options())
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1", ""} {
		err := d.box.Serve(t.Context(), listen, func(Ready) error { t.Errorf("%q: listens", listen); return errors.New("stop") })
		if err == nil {
			t.Errorf("%q: got no error", listen)
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
