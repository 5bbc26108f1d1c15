package client

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestFaultS21BrokenTextIsReplaced(t *testing.T) {
	for name, c := range map[string]struct{ wire, want string }{
		"S21 invalid UTF-8":          {"a\xff\xc0\x80z", "a\ufffd\ufffd\ufffdz"},
		"S21 half a character":       {"a\xe2\x82", "a\ufffd\ufffd"},
		"S21 surrogate as bytes":     {"a\xed\xa0\x80z", "a\ufffd\ufffd\ufffdz"},
		"S21 lone high surrogate":    {`a\ud800z`, "a\ufffdz"},
		"S21 lone low surrogate":     {`a\udc00z`, "a\ufffdz"},
		"S21 surrogates in disorder": {`a\udc00\ud800z`, "a\ufffd\ufffdz"},
		"S21 NUL":                    {`a\u0000z`, "az"},
		"S21 NUL alone":              {`\u0000`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := wantKind(t, answerOf(t, func(w http.ResponseWriter, _ *http.Request) {
				answer(w, 400, `{"errorCode":"E1","errorDescription":"`+c.wire+`"}`)
			}), Refused)
			if string(e.Description) != c.want || !utf8.ValidString(e.Error()) {
				t.Errorf("got %q in %q, want %q", e.Description, e.Error(), c.want)
			}
			d := newDescope(t)
			d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
				answer(w, 200, strings.Replace(d.signIn(1), `"name":"Alice"`, `"name":"`+c.wire+`"`, 1))
			})
			s, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
			if err != nil {
				t.Fatal(err)
			}
			if got := s.User().Name; string(got) != c.want {
				t.Errorf("got name %q, want %q", got, c.want)
			}
		})
	}
}

// zones are where a time near the end of the calendar is in the next year.
var zones = []*time.Location{time.UTC, time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600)}

// Whatever times a server names, what is made of them can be stored, and read
// again.
func TestFaultS23ExpiriesBeyondAnyCalendarCanBeStored(t *testing.T) {
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	for name, c := range map[string]struct {
		session, refresh []any
		next             any // nextRefreshSeconds
		refreshBy        string
	}{
		"S23 huge exp":                  {[]any{"exp", 1e300}, []any{"exp", 1e300}, 0, "9999"},
		"S23 exp of a larger type":      {[]any{"exp", uint64(1) << 63}, []any{"exp", uint64(1) << 63}, 0, "9999"},
		"S23 rexp on the last day":      {[]any{"rexp", "9999-12-31T23:59:59-23:59"}, nil, 0, "9999"},
		"S23 rexp of no hour":           {[]any{"rexp", "2030-01-01T00:00:00+24:00"}, nil, 0, "2029"},
		"S23 rexp before the calendar":  {[]any{"rexp", "0000-01-01T00:00:00+23:59"}, nil, 0, "1970"},
		"S23 rexp that is none":         {[]any{"rexp", "soon"}, nil, 0, "0001"},
		"S23 next refresh huge":         {nil, nil, 1e300, "0001"},
		"S23 next refresh negative":     {nil, nil, -1, "0001"},
		"S23 next refresh in 300 years": {nil, nil, 1e10, "0001"},
	} {
		for _, zone := range zones {
			t.Run(name+" "+zone.String(), func(t *testing.T) {
				time.Local = zone
				d := newDescope(t)
				r := map[string]any{"sessionJwt": d.sign(change(d.claims(sessionKind, 1), c.session...)), "nextRefreshSeconds": c.next}
				if r["refreshJwt"] = ""; c.refresh != nil {
					r["refreshJwt"] = d.sign(change(d.claims(refreshKind, 1), c.refresh...))
				}
				d.says("/v1/auth/totp/verify", 200, d.reply(r))
				cl := d.local()
				s, err := cl.VerifyTOTP(t.Context(), loginID, "123456")
				if err != nil {
					t.Fatal(err)
				}
				if got := s.RefreshBy().UTC().Format("2006"); got != c.refreshBy {
					t.Errorf("got a refresh token until %s, want %s", got, c.refreshBy)
				}
				if s.dueAt.IsZero() != (c.next == 0 || strings.Contains(name, "next")) {
					t.Errorf("got a refresh due at %v", s.dueAt)
				}
				if !s.CanStay() {
					s.refresh = "a.b.c" // as one that was stored before
				}
				v := newVault()
				a := NewAccount(cl, "p", v, newCache())
				if _, err := a.Keep(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				st, err := a.Standing(t.Context())
				if name == "S23 rexp before the calendar" {
					wantKind(t, err, NotSignedIn)
				} else if err != nil || !st.RefreshBy.Equal(s.RefreshBy()) {
					t.Errorf("got %v, %v, want %v", st.RefreshBy, err, s.RefreshBy())
				}
			})
		}
	}
}

// bomb is a PNG of side by side pixels, one bit each, as small as it goes.
func bomb(side uint32) []byte {
	var pixels bytes.Buffer
	z, _ := zlib.NewWriterLevel(&pixels, zlib.BestCompression)
	row := make([]byte, 1+side/8)
	for range side {
		_, _ = z.Write(row)
	}
	_ = z.Close()
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
		sum := crc32.NewIEEE()
		_, _ = fmt.Fprint(sum, kind, string(body))
		out = append(append(out, kind...), body...)
		out = binary.BigEndian.AppendUint32(out, sum.Sum32())
	}
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	chunk("IHDR", append(size, 1, 0, 0, 0, 0))
	chunk("IDAT", pixels.Bytes())
	chunk("IEND", nil)
	return out
}

func TestFaultS38PictureOfFiftyMegapixelsIsNotDecoded(t *testing.T) {
	png := bomb(7072)
	d := newDescope(t)
	d.says("/v1/auth/totp/signup", 200, d.reply(map[string]any{"image": base64.StdEncoding.EncodeToString(png)}))
	c := d.local()
	if err := c.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e, err := c.SignUp(t.Context(), loginID, NewUser{})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if e.Image != Secret(png) {
		t.Errorf("got a picture of %d bytes, want the %d that were sent", len(e.Image), len(png))
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 2<<20 { // decoded it is at least 6 MB
		t.Errorf("%d bytes were allocated for a picture of %d", grown, len(png))
	}
}

// What a rotated key signed is no longer believed: the session is renewed, and
// where it cannot be renewed it is over.
func TestFaultJ16RotatedKeyMeansRefreshThenSignIn(t *testing.T) {
	d := newDescope(t)
	v, sessions := newVault(), newCache()
	open := func() *Account { return NewAccount(d.local(), "p", v, sessions) }
	s, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open().Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	d.setKeys(rsaJWK("k2", &otherKey().PublicKey))
	fresh := rs256(head("RS256", "k2"), mustJSON(d.claims(sessionKind, 2)), otherKey())
	d.says("/v1/auth/refresh", 200, d.reply(map[string]any{"sessionJwt": fresh}))
	d.forget()
	s, err = open().Session(t.Context(), 0)
	if err != nil || s.Token() != Secret(fresh) {
		t.Fatalf("got %v, %v, want the session that the new key signed", s, err)
	}
	if keys, refreshes := len(d.requests("/v2/keys")), len(d.requests("/v1/auth/refresh")); keys != 1 || refreshes != 1 {
		t.Errorf("got %d key sets and %d refreshes, want one of each", keys, refreshes)
	}

	d.setKeys(rsaJWK("k1", &goodKey().PublicKey)) // and again, with the sessions ended
	d.says("/v1/auth/refresh", 401, `{"errorCode":"E064001"}`)
	_, err = open().Session(t.Context(), 0)
	wantKind(t, err, Ended)
	_, err = open().Session(t.Context(), 0)
	wantKind(t, err, NotSignedIn)
}

// A computer that slept moved its wall clock alone. What a session's end is
// compared with must be that clock, in a process that slept too.
func TestFaultO07SessionIsCheckedAgainAfterASleep(t *testing.T) {
	d := newDescope(t)
	d.clock.t = time.Now() // with the reading of the other clock
	a := NewAccount(d.local(), "p", newVault(), newCache())
	s, err := a.client.VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	d.forget()
	d.clock.Add(8 * time.Hour)
	s, err = a.Session(t.Context(), 0)
	if err != nil || !s.Claims().Expires.After(d.clock.Now()) {
		t.Fatalf("got %v, %v, want a session that is valid now", s, err)
	}
	if n := len(d.requests("/v1/auth/refresh")); n != 1 {
		t.Errorf("got %d refreshes, want 1", n)
	}
	st, err := a.Standing(t.Context())
	if err != nil || st.Session == nil {
		t.Fatalf("got %+v, %v, want the session", st, err)
	}
	for name, at := range map[string]time.Time{
		"expires": s.Claims().Expires, "issued": s.Claims().IssuedAt, "refresh by": s.RefreshBy(),
		"stored refresh by": st.RefreshBy, "stored expires": st.Session.Claims().Expires,
	} {
		if strings.Contains(at.String(), "m=") {
			t.Errorf("%s goes by the clock that stands still in a sleep: %v", name, at)
		}
	}
}
