package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The requests in testdata/shapes are what the official SDKs send, written down
// by hand from their sources: testdata/shapes/LANGUAGE/CALL.http is a comment
// that names the source, then HTTP with {{placeholders}}. Content-Length is
// added when it is sent.

// floors is the least number of requests for each language.
var floors = map[string]int{"dotnet": 19, "go": 29, "java": 17, "javascript": 10, "php": 15, "python": 29, "ruby": 20}

// TestWhatEachLanguageSendsIsAnswered sends each of them over TCP to a sandbox
// of its own, brought into the state that the call needs.
func TestWhatEachLanguageSendsIsAnswered(t *testing.T) {
	files, err := filepath.Glob("testdata/shapes/*/*.http")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, file := range files {
		language, name := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".http")
		count[language]++
		t.Run(language+" "+name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source, request, _ := strings.Cut(string(raw), "\n")
			if !strings.HasPrefix(source, "# descope/") || !strings.Contains(source, ": ") {
				t.Errorf("got first line %q, want where the request is from", source)
			}
			s := newShaped(t, name)
			s.check(s.send(request))
		})
	}
	for language, least := range floors {
		t.Logf("%s: %d requests", language, count[language])
		if count[language] < least {
			t.Errorf("%s: got %d requests, want %d or more", language, count[language], least)
		}
	}
	if len(count) != len(floors) {
		t.Errorf("got languages %v, want those of %v", count, floors)
	}
}

// Ann has an authenticator, addresses and two tenants; she is signed in with a
// code by email, in the first tenant.
const (
	shapedTenant = "T1"
	newEmail     = "new@example.org"
	newPhone     = "+15555550177"
)

// shaped is a sandbox that waits for one request.
type shaped struct {
	desk
	call    string            // "otp-signin-mfa-sms"
	channel channel           // of a call that has one
	fill    map[string]string // what the placeholders stand for
	body    object            // what was sent
}

func newShaped(t *testing.T, call string) *shaped {
	t.Helper()
	d := at(t, newClock().options())
	s := &shaped{desk: d, call: call, fill: map[string]string{
		"project": d.box.ProjectID(), "authKey": d.box.identity.AuthManagementKey, "version": "1.0.0",
		"managementKey": d.box.identity.ManagementKey,
		"tenant":        shapedTenant, "loginId": ann, "email": newEmail, "phone": newPhone,
	}}
	if words := strings.Split(call, "-"); words[0] == "otp" {
		s.channel = channel(words[len(words)-1])
	}
	switch {
	case strings.Contains(call, "-signup"), call == "mgmt-user-create-test":
		s.fill["loginId"] = "newcomer"
		if s.channel == byEmail && strings.Contains(call, "-in-") {
			s.fill["loginId"] = newEmail // there is nothing else to go by
		}
	case call == "totp-verify", call == "totp-verify-claims":
		s.fill["loginId"] = "newcomer"
		d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": "newcomer"}))
		s.fill["code"] = d.code("newcomer")
	default:
		s.signIn()
	}
	return s
}

// signIn brings ann into the sandbox.
func (s *shaped) signIn() {
	s.Helper()
	s.must(s.post("/v1/mgmt/user/create/test", s.manage(), object{
		"loginId": ann, "email": ann, "phone": annsPhone, "userTenants": []object{{"tenantId": shapedTenant, "tenantName": "One"}, {"tenantId": "T2"}},
	}))
	s.must(s.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}))
	session := s.must(s.enterCode("email", ann))
	s.must(s.post("/v1/auth/totp/update", ":"+session.str("refreshJwt"), object{"loginId": ann}))
	s.must(s.verify("", ann, s.code(ann), nil))
	session = s.must(s.post("/v1/auth/tenant/select", ":"+session.str("refreshJwt"), object{"tenant": shapedTenant}))
	s.fill["refresh"] = session.str("refreshJwt")

	key := s.person(ann).TOTP
	code, err := key.code(key.LastStep + 1)
	if err != nil {
		s.Fatal(err)
	}
	s.fill["code"] = code
	if strings.HasPrefix(s.call, "otp-verify-") {
		s.must(s.post("/v1/auth/otp/signin/"+string(s.channel), "", object{"loginId": ann}))
		s.fill["code"] = s.delivered(ann).Code
	}
}

// send fills in the placeholders and sends what comes of it, byte by byte.
func (s *shaped) send(request string) answered {
	s.Helper()
	for name, value := range s.fill {
		request = strings.ReplaceAll(request, "{{"+name+"}}", value)
	}
	if strings.Contains(request, "{{") {
		s.Fatalf("a placeholder is unknown:\n%s", request)
	}
	head, body, _ := strings.Cut(request, "\n\n")
	if body != "" {
		decode(s, []byte(body), &s.body)
	}
	method, _, _ := strings.Cut(head, " ")
	if method == http.MethodPost {
		head += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	served := httptest.NewServer(s.box)
	defer served.Close()
	conn, err := net.Dial("tcp", served.Listener.Addr().String())
	if err != nil {
		s.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)); err != nil {
		s.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		s.Fatal(err)
	}
	out := answered{Response: resp, text: text.Bytes()}
	_ = json.Unmarshal(out.text, &out.object) // an array has none
	return s.must(out)
}

// option is what the request's loginOptions say.
func (s *shaped) option(name string) any {
	options, _ := s.body["loginOptions"].(object)
	return options[name]
}

// factors are those of an answer's session token.
func (s *shaped) factors(a answered) []string {
	s.Helper()
	var out []string
	for _, f := range s.claims(a.str("sessionJwt"))["amr"].([]any) {
		out = append(out, f.(string))
	}
	slices.Sort(out)
	return out
}
