package client

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultS31TokensAreTakenFromCookies(t *testing.T) {
	cookie := func(w http.ResponseWriter, name, value string, age int) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: value, HttpOnly: true, Secure: true, MaxAge: age})
	}
	for name, c := range map[string]struct {
		set     func(w http.ResponseWriter, session, refresh string) // cookies
		body    func(session, refresh string) map[string]any
		drn     [2]string
		want    bool
		canStay bool
	}{
		"both in the body": {
			nil, func(s, r string) map[string]any { return map[string]any{"sessionJwt": s, "refreshJwt": r} },
			[2]string{"DS", "DSR"}, true, true,
		},
		"refresh in a cookie": {
			func(w http.ResponseWriter, _, r string) { cookie(w, "DSR", r, 60) },
			func(s, _ string) map[string]any { return map[string]any{"sessionJwt": s, "refreshJwt": ""} },
			[2]string{"DS", "DSR"}, true, true,
		},
		"session in a cookie": {
			func(w http.ResponseWriter, s, _ string) { cookie(w, "DS", s, 0) },
			func(_, r string) map[string]any { return map[string]any{"refreshJwt": r} },
			[2]string{"DS", "DSR"}, true, true,
		},
		"both in cookies": {
			func(w http.ResponseWriter, s, r string) { cookie(w, "DSR", r, 60); cookie(w, "DS", s, 60) },
			func(_, _ string) map[string]any { return map[string]any{"sessionJwt": nil} },
			[2]string{"DS", "DSR"}, true, true,
		},
		"renamed cookies": {
			func(w http.ResponseWriter, s, r string) { cookie(w, "MYR", r, 60); cookie(w, "MYS", s, 60) },
			func(_, _ string) map[string]any {
				return map[string]any{"cookieName": "MYR", "sessionCookieName": "MYS"}
			},
			[2]string{"MYS", "MYR"}, true, true,
		},
		"cookie taken back": {
			func(w http.ResponseWriter, _, r string) { cookie(w, "DSR", r, -1) },
			func(s, _ string) map[string]any { return map[string]any{"sessionJwt": s} },
			[2]string{"DS", "DSR"}, true, false,
		},
		"body wins": {
			func(w http.ResponseWriter, _, _ string) { cookie(w, "DS", "garbage", 60) },
			func(s, r string) map[string]any { return map[string]any{"sessionJwt": s, "refreshJwt": r} },
			[2]string{"DS", "DSR"}, true, true,
		},
		"a name that was not given": {
			func(w http.ResponseWriter, s, _ string) { cookie(w, "X", s, 60) },
			func(_, r string) map[string]any { return map[string]any{"refreshJwt": r} },
			[2]string{"DS", "DSR"}, false, false,
		},
		"garbage in a cookie": {
			func(w http.ResponseWriter, _, _ string) { cookie(w, "DS", "garbage", 60) },
			func(_, r string) map[string]any { return map[string]any{"refreshJwt": r} },
			[2]string{"DS", "DSR"}, false, false,
		},
		"S32 refresh without session": {
			nil, func(_, r string) map[string]any { return map[string]any{"refreshJwt": r} },
			[2]string{"DS", "DSR"}, false, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
				s, r := d.sign(d.claims(c.drn[0], 1)), d.sign(d.claims(c.drn[1], 1))
				if c.set != nil {
					c.set(w, s, r)
				}
				answer(w, 200, d.reply(c.body(s, r)))
			})
			s, err := d.wire().VerifyTOTP(t.Context(), loginID, "123456")
			if (err == nil) != c.want {
				t.Fatalf("got %v", err)
			}
			if err == nil && s.CanStay() != c.canStay {
				t.Errorf("CanStay: got %v, want %v", s.CanStay(), c.canStay)
			}
		})
	}
}

func TestFaultS33WhoSignedInIsComparedWithWhoWasMeant(t *testing.T) {
	user := `{"userId":"` + userID + `","loginIds":["alice","ALICE@work.example"],"email":"alice@example.com","phone":"+1 (555) 555-5555"}`
	for name, c := range map[string]struct {
		typed, user string
		want        bool
	}{
		"email":                 {"alice@example.com", user, true},
		"email, other case":     {"Alice@Example.COM", user, true},
		"email, spaces":         {" alice@example.com ", user, true},
		"login ID":              {"alice", user, true},
		"login ID, other case":  {"alice@WORK.example", user, true},
		"phone":                 {"+15555555555", user, true},
		"phone, other form":     {"+1-555-555-5555", user, true},
		"phone without plus":    {"15555555555", user, true},
		"another":               {"bob@example.com", user, false},
		"part":                  {"lice", user, false},
		"another phone":         {"+15555555556", user, false},
		"few digits":            {"555", strings.Replace(user, "+1 (555) 555-5555", "5-5-5", 1), false},
		"no user":               {"alice", `null`, false},
		"nobody in particular":  {"alice", `{}`, false},
		"the user ID says else": {"alice", strings.Replace(user, userID, "U2mallory", 1), false},
		"no user ID":            {"alice", strings.Replace(user, userID, "", 1), true},
		"other spelling":        {"alice", `{"LOGINIDS":["alice"]}`, false},
	} {
		d := newDescope(t)
		d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, `{"sessionJwt":"`+d.sign(d.claims(sessionKind, 1))+`","user":`+c.user+`}`)
		})
		s, err := d.local().VerifyTOTP(t.Context(), c.typed, "123456")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if s.IsWhoWasMeant() != c.want {
			t.Errorf("%s: got %v, want %v", name, s.IsWhoWasMeant(), c.want)
		}
	}
}

func TestUserIsWhatTheReplySays(t *testing.T) {
	d := newDescope(t)
	s, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	u := s.User()
	if u == nil || u.UserID != userID || u.Name != "Alice" || u.Email != loginID || !u.TOTP || u.VerifiedEmail || !s.FirstSeen() {
		t.Errorf("got %+v", u)
	}
	d.says("/v1/auth/totp/verify", 200, `{"sessionJwt":"`+d.sign(d.claims(sessionKind, 1))+`","user":{"name":7,"email":"`+canary+`"}}`)
	_, err = d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if wantKind(t, err, Unreadable); !strings.Contains(err.Error(), `user: field "name"`) || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v", err)
	}
}

func TestMeReadsTheUserAtTheRoot(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	d.says("/v1/auth/me", 200, `{"userId":"U1","loginIds":["a\u001b[2J"],"customAttributes":{"Name":1,"name":2}}`)
	if u, err := c.Me(t.Context(), "a.b.c"); err != nil || u.UserID != "U1" || u.LoginIDs[0] != "a[2J" {
		t.Errorf("got %+v, %v", u, err)
	}
	for _, body := range []string{`{}`, `null`, `[]`, `{"userId":"a","userId":"b"}`, `{"USERID":"a"}`} {
		d.says("/v1/auth/me", 200, body)
		_, err := c.Me(t.Context(), "a.b.c")
		wantKind(t, err, Unreadable)
	}
}

// The code is spent when the token arrives: what cannot be checked just now
// is not thrown away at once, and nothing says that the code may go out again.
func TestFaultJ17KeySetThatIsLostAfterTheCodeWasSpentIsAskedForAgain(t *testing.T) {
	for name, c := range map[string]struct {
		down time.Duration // how long the key set cannot be had
		want error
		took time.Duration
	}{
		"J17 back after 20 s": {20 * time.Second, nil, 30 * time.Second},
		"J17 for good":        {time.Hour, Unknown, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			newKey := otherKey()
			goodKey()
			synctest.Test(t, func(t *testing.T) {
				d := newDescope(t)
				cl := d.local(func(c *Config) { c.Now = nil })
				d.clock.t = time.Now()
				var upAt time.Time
				d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
					d.clock.t = time.Now()
					upAt = time.Now().Add(c.down)
					d.on("/v2/keys/"+projectID, func(w http.ResponseWriter, _ *http.Request) {
						d.clock.t = time.Now()
						if time.Now().Before(upAt) {
							answer(w, 503, `{}`)
							return
						}
						answer(w, 200, `{"keys":[`+rsaJWK("k2", &newKey.PublicKey)+`]}`)
					})
					claims := d.claims(sessionKind, 1)
					answer(w, 200, d.reply(map[string]any{"sessionJwt": rs256(head("RS256", "k2"), mustJSON(claims), newKey)}))
				})
				if err := cl.Keys(t.Context()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute) // the key set is old enough to be fetched again
				d.clock.t = time.Now()
				start := time.Now()
				_, err := cl.VerifyTOTP(t.Context(), loginID, "123456")
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if err != nil {
					if e := wantKind(t, err, Unknown); e.NotSent || !strings.Contains(err.Error(), "key set") {
						t.Errorf("got %v", err)
					}
				}
				if took := time.Since(start); took > c.took {
					t.Errorf("took %v", took)
				}
				if n := len(d.requests("/v1/")); n != 1 {
					t.Errorf("got %d verifies, want 1", n)
				}
			})
		})
	}
}
