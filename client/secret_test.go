package client

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "canary-4f1d"

// %p, %w and %T are not in the list: fmt asks no type about them.
func TestSecretIsHiddenUnderEveryVerb(t *testing.T) {
	s := Secret(canary)
	forms := []any{s, &s, []Secret{s}, [1]Secret{s}, map[Secret]Secret{s: s}, struct{ S Secret }{s}, &struct{ S *Secret }{&s}}
	for _, form := range forms {
		for v := rune('!'); v <= '~'; v++ {
			if v == 'p' || v == 'w' || v == 'T' || strings.ContainsRune("#+-.0123456789*[% ", v) {
				continue
			}
			for _, flags := range []string{"", "+", "#", " ", "0", "-", "20", ".3", "#+20.3"} {
				format := "%" + flags + string(v)
				if got := fmt.Sprintf(format, form); strings.Contains(got, canary) || strings.Contains(got, fmt.Sprintf("%x", canary)) {
					t.Errorf("%T under %s prints %q", form, format, got)
				}
			}
		}
		for _, wrong := range []string{"x", "%[3]d", "%", "%!"} {
			if got := fmt.Sprintf(wrong, form); strings.Contains(got, canary) {
				t.Errorf("%T under %q prints %q", form, wrong, got)
			}
		}
		if got := fmt.Sprint(form) + fmt.Sprintln(form); strings.Contains(got, canary) {
			t.Errorf("%T prints %q", form, got)
		}
	}
}

func TestSecretIsHiddenFromEncodersAndLogs(t *testing.T) {
	v := struct {
		S Secret   `json:"s"`
		P *Secret  `json:"p"`
		L []Secret `json:"l"`
	}{S: canary, L: []Secret{canary}}
	v.P = &v.S
	var out bytes.Buffer
	must(out.Write(mustJSON(v)))
	must(out.Write(must(xml.Marshal(v.S))))
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", v.S, "v", v)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", v.S, "v", v)
	if strings.Contains(out.String(), canary) {
		t.Errorf("got %s", out.String())
	}
	if !strings.Contains(out.String(), `"s":"(hidden)"`) {
		t.Errorf("got %s, want %q in it", out.String(), hidden)
	}
}

func TestSecretCanBeReadFromJSON(t *testing.T) {
	var v struct{ S Secret }
	if err := json.Unmarshal([]byte(`{"S":"`+canary+`"}`), &v); err != nil || v.S.Reveal() != canary || v.S.Empty() {
		t.Errorf("got %q, %v", v.S.Reveal(), err)
	}
	if !Secret("").Empty() {
		t.Error("an empty secret is not Empty")
	}
}

// fmt reads unexported fields without asking their type.
func TestSessionShowsNoTokenUnderAnyVerb(t *testing.T) {
	s := &Session{token: canary, refresh: canary}
	for _, form := range []any{s, *s, []*Session{s}, Standing{Session: s}, struct{ S Session }{*s}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, form); strings.Contains(got, canary) || strings.Contains(got, fmt.Sprintf("%x", canary)) {
				t.Errorf("%T under %s prints %q", form, verb, got)
			}
		}
	}
	//lint:ignore SA9005 that nothing is exported is what is tested
	if raw, err := json.Marshal(s); err != nil || bytes.Contains(raw, []byte(canary)) {
		t.Errorf("got %s, %v", raw, err)
	}
}

func TestErrorTextIsOneHarmlessLine(t *testing.T) {
	e := &Error{Op: "x", Kind: Refused, Status: 400, Code: "E1", Err: errors.New("a\x1b]52;c;eA==\x07\nb\u202e\u009b")}
	harmless(t, e.Error())
	if got, want := e.Error(), "x: refused: status 400: E1: a]52;c;eA== b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if Kind(-1).Error() != "failed" || Kind(999).Error() != "failed" || LocalReject.Error() != "not sent" {
		t.Error("kinds and their words are out of step")
	}
	if KindOf(errors.New("x")) != Other || KindOf(fmt.Errorf("y: %w", e)) != Refused || !errors.Is(e, Refused) || errors.Is(e, Ended) {
		t.Error("kind is not found")
	}
}
