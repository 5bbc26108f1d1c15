package client

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const (
	seed   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	aPNG   = "\x89PNG\r\n\x1a\n rest"
	prefix = "otpauth://totp/"
)

func enroll(t *testing.T, uri, key, image string) (*Enrollment, error) {
	t.Helper()
	d := newDescope(t)
	d.says("/v1/auth/totp/signup", 200, d.reply(map[string]any{"provisioningURL": uri, "key": key, "image": image}))
	return d.local().SignUp(t.Context(), loginID, NewUser{})
}

func TestFaultS34ToS37Enrollments(t *testing.T) {
	png := base64.StdEncoding.EncodeToString([]byte(aPNG))
	for name, c := range map[string]struct {
		uri, key, image string
		want            string // the URI
		wrong           string // or what is in the error
		kind            Kind
	}{
		"typical": {
			prefix + "Acme:alice%40example.com?secret=" + seed + "&issuer=Acme&algorithm=SHA1&digits=6&period=30", seed, "",
			prefix + "Acme:alice@example.com?secret=" + seed + "&issuer=Acme", "", 0,
		},
		"key with spaces, small": {
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme", "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp====", "",
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme", "", 0,
		},
		"URI without the key beside it": {
			prefix + "Acme:a?secret=" + seed, "", "",
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme", "", 0,
		},
		"capital scheme, space at the end": {
			"OTPAUTH://TOTP/Acme:a?secret=" + seed + " \n", seed, "",
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme", "", 0,
		},
		"not a default in it": {
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme&algorithm=sha256&digits=8&period=60", seed, "",
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme&algorithm=SHA256&digits=8&period=60", "", 0,
		},
		"spaces and plus": {
			prefix + "My%20Co%2B:a%2Bb%40x.de?secret=" + seed + "&issuer=My+Co%2B", seed, "",
			prefix + "My%20Co%2B:a%2Bb@x.de?secret=" + seed + "&issuer=My%20Co%2B", "", 0,
		},
		"what else is in it is left out": {
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme&image=http%3A%2F%2Fx&secret=AAAA", seed, "",
			prefix + "Acme:a?secret=" + seed + "&issuer=Acme", "", 0,
		},
		"label with escapes": {
			prefix + "Ac%1b[2Jme:%E2%80%AEa?secret=" + seed, seed, "",
			prefix + "Ac%5B2Jme:a?secret=" + seed + "&issuer=Ac%5B2Jme", "", 0,
		},
		"label of nothing but escapes": {
			prefix + "%1b:%1b?secret=" + seed, seed, "",
			prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0,
		},
		"no label": {
			prefix + "?secret=" + seed, seed, "",
			prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0,
		},
		"S34 key differs":       {prefix + "A:a?secret=" + seed, strings.Replace(seed, "J", "K", 1), "", "", "do not agree", Untrusted},
		"S34 no secret in it":   {prefix + "A:a?issuer=A", seed, "", "", "do not agree", Untrusted},
		"S35 web page":          {"https://app.descope.com/x", seed, "", prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0},
		"S35 counter":           {"otpauth://hotp/A:a?secret=" + seed, seed, "", prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0},
		"S35 script":            {"javascript:alert(1)", seed, "", prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0},
		"S35 nothing but a key": {"", seed, "", prefix + "Descope:alice@example.com?secret=" + seed + "&issuer=Descope", "", 0},
		"S12 nothing at all":    {"", "", "", "", "no key received", Unreadable},
		"S35 nothing usable":    {"https://x", "", "", "", "no key received", Unreadable},
		"S36 9 digits":          {prefix + "A:a?secret=" + seed + "&digits=9", seed, "", "", `codes of "9" digits`, Untrusted},
		"S36 0 digits":          {prefix + "A:a?secret=" + seed + "&digits=0", seed, "", "", "digits", Untrusted},
		"S36 no number":         {prefix + "A:a?secret=" + seed + "&digits=six%1b", seed, "", "", "digits", Untrusted},
		"S36 period 0":          {prefix + "A:a?secret=" + seed + "&period=0", seed, "", "", `step of "0"`, Untrusted},
		"S36 period 3600":       {prefix + "A:a?secret=" + seed + "&period=3600", seed, "", "", "step", Untrusted},
		"S36 MD5":               {prefix + "A:a?secret=" + seed + "&algorithm=MD5", seed, "", "", `algorithm "MD5"`, Untrusted},
		"S36 issuer of 4 kB":    {prefix + "A:a?secret=" + seed + "&issuer=" + strings.Repeat("x", 4096), seed, "", "", "longer than", Untrusted},
		"S36 issuer of 1 kB":    {prefix + "A:a?secret=" + seed + "&issuer=" + strings.Repeat("x", 1024), seed, "", "", "label longer", Untrusted},
		"S36 account of 1 kB":   {prefix + "A:" + strings.Repeat("x", 1024) + "?secret=" + seed, seed, "", "", "label longer", Untrusted},
		"key is not Base32":     {"", canary, "", "", "not Base32", Untrusted},
		"key is too short":      {"", "JBSWY3DP", "", "", "80 bits", Untrusted},
		"key without end":       {"", strings.Repeat("A", 1<<16), "", "", "longer than", Untrusted},
		"URI cannot be read":    {prefix + "%zz?secret=" + seed, seed, "", "", "cannot be read", Untrusted},
		"S37 image alone":       {"", "", png, "", "", 0},
		"S37 image is no PNG":   {"", "", base64.StdEncoding.EncodeToString([]byte("GIF89a")), "", "no key received", Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := enroll(t, c.uri, c.key, c.image)
			if c.wrong != "" {
				if err == nil {
					t.Fatalf("accepted as %s", e.URI.Reveal())
				}
				if wantKind(t, err, c.kind); !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), seed) || strings.Contains(err.Error(), canary) {
					t.Errorf("got %q, want %q in it", err, c.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e.URI.Reveal() != c.want {
				t.Errorf("got  %s\nwant %s", e.URI.Reveal(), c.want)
			}
			if e.LoginID != loginID || e.Issuer == "" || e.Account == "" {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestFaultS37PictureIsKeptUndecoded(t *testing.T) {
	png := func(n int) string {
		return base64.StdEncoding.EncodeToString([]byte(aPNG + strings.Repeat("x", n-len(aPNG))))
	}
	for name, c := range map[string]struct {
		image string
		want  int // bytes
	}{
		"small": {png(100), 100}, "largest": {png(maxImage), maxImage}, "larger": {png(maxImage + 1), 0},
		"no base64": {"%%%", 0}, "data URL": {"data:image/png;base64," + png(100), 0}, "not a PNG": {"AAAA", 0},
	} {
		e, err := enroll(t, "", seed, c.image)
		if err != nil || len(e.Image.Reveal()) != c.want {
			t.Errorf("%s: got %d bytes, %v, want %d", name, len(e.Image.Reveal()), err, c.want)
		}
	}
	e, err := enroll(t, "", "", png(100))
	if err != nil {
		t.Fatal(err)
	}
	if a := e.Check("123456", time.Now()); !a.Fits || e.URI != "" || e.Key != "" {
		t.Errorf("without a key, got advice %+v", a)
	}
}

// Above 134 bytes the label goes without the issuer, which stays as parameter.
func TestURIThatIsLongLosesItsPrefix(t *testing.T) {
	for n := 1; n < 120; n++ {
		account := strings.Repeat("a", n)
		e, err := enroll(t, prefix+"Acme:"+account+"?secret="+seed+"&issuer=Acme", seed, "")
		if err != nil {
			t.Fatal(err)
		}
		with := prefix + "Acme:" + account + "?secret=" + seed + "&issuer=Acme"
		want := with
		if len(with) > 134 {
			want = prefix + account + "?secret=" + seed + "&issuer=Acme"
		}
		if e.URI.Reveal() != want {
			t.Errorf("account of %d: got %s", n, e.URI.Reveal())
		}
	}
}

func TestFaultI14LongLoginIDStillGetsALabel(t *testing.T) {
	d := newDescope(t)
	d.says("/v1/auth/totp/signup", 200, d.reply(map[string]any{"key": seed}))
	e, err := d.local().SignUp(t.Context(), strings.Repeat("é", 500)+"@example.com", NewUser{})
	if err != nil || len(e.Account) > maxAccount || e.Account == "" {
		t.Errorf("got account %q, %v", e.Account, err)
	}
}

// The rebuilt URI says to an app what the server's said.
func TestRebuiltURIMeansTheSame(t *testing.T) {
	for _, q := range []string{"", "&digits=8", "&period=60", "&algorithm=SHA512", "&digits=7&period=60&algorithm=SHA256"} {
		uri := prefix + "My%20Co:alice%2Bx%40example.com?issuer=My%20Co&secret=" + seed + q
		e, err := enroll(t, uri, seed, "")
		if err != nil {
			t.Fatal(err)
		}
		a, b := must(otp.NewKeyFromURL(uri)), must(otp.NewKeyFromURL(e.URI.Reveal()))
		if a.Secret() != b.Secret() || a.Issuer() != b.Issuer() || a.AccountName() != b.AccountName() || a.Digits() != b.Digits() ||
			a.Period() != b.Period() || a.Algorithm() != b.Algorithm() {
			t.Errorf("%s became %s", uri, e.URI.Reveal())
		}
	}
}

func TestFaultO03AdviceNamesTheClockThatIsWrong(t *testing.T) {
	now := newClock().Now() // at the start of a step
	for name, c := range map[string]struct {
		params   string
		code     time.Duration // whose code, against the server's time
		computer time.Duration // our clock minus the server's
		want     Advice
	}{
		"right":                      {"", 0, 0, Advice{true, true, 0, 0}},
		"one step behind":            {"", -30 * time.Second, 0, Advice{true, true, -30 * time.Second, 0}},
		"one step ahead":             {"", 30 * time.Second, 0, Advice{true, true, 30 * time.Second, 0}},
		"two steps behind":           {"", -60 * time.Second, 0, Advice{false, true, -60 * time.Second, 0}},
		"two steps ahead":            {"", 60 * time.Second, 0, Advice{false, true, 60 * time.Second, 0}},
		"phone 2 min slow":           {"", -2 * time.Minute, 0, Advice{false, true, -2 * time.Minute, 0}},
		"phone 10 min fast":          {"", 10 * time.Minute, 0, Advice{false, true, 10 * time.Minute, 0}},
		"phone 11 min fast":          {"", 11 * time.Minute, 0, Advice{false, false, 0, 0}},
		"computer 3 min fast":        {"", 0, 3 * time.Minute, Advice{true, true, 0, 3 * time.Minute}},
		"computer 3 min slow":        {"", 0, -3 * time.Minute, Advice{true, true, 0, -3 * time.Minute}},
		"both 3 min fast":            {"", 3 * time.Minute, 3 * time.Minute, Advice{true, true, 3 * time.Minute, 3 * time.Minute}},
		"phone slow, computer fast":  {"", -3 * time.Minute, 3 * time.Minute, Advice{false, true, -3 * time.Minute, 3 * time.Minute}},
		"8 digits, a minute, SHA512": {"&digits=8&period=60&algorithm=SHA512", -60 * time.Second, 0, Advice{true, true, -60 * time.Second, 0}},
	} {
		e, err := enroll(t, prefix+"A:a?secret="+seed+c.params, seed, "")
		if err != nil {
			t.Fatal(err)
		}
		e.ClockOffset = -c.computer
		code := must(totp.GenerateCodeCustom(seed, now.Add(c.code), e.options()))
		if len(code) != e.Digits {
			t.Errorf("%s: got %d digits, want %d", name, len(code), e.Digits)
		}
		if got := e.Check(code, now.Add(c.computer)); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	e, _ := enroll(t, "", seed, "")
	for _, code := range []string{"", "12345", "1234567", "abcdef"} {
		if a := e.Check(code, now); a.Fits || a.Found {
			t.Errorf("%q: got %+v", code, a)
		}
	}
}

func TestFaultO03EnrollmentKnowsTheServersClock(t *testing.T) {
	d := newDescope(t)
	d.says("/v1/auth/totp/signup", 200, trio)
	mine := newClock()
	mine.Add(3 * time.Minute)
	e, err := d.local(func(c *Config) { c.Now = mine.Now }).SignUp(t.Context(), loginID, NewUser{})
	if err != nil {
		t.Fatal(err)
	}
	code := must(totp.GenerateCodeCustom(seed, d.clock.Now(), e.options()))
	if a := e.Check(code, mine.Now()); !a.Fits || (a.Computer-3*time.Minute).Abs() > time.Second {
		t.Errorf("got %+v", a)
	}
}

func TestEnrollmentPrintsNoKey(t *testing.T) {
	e, err := enroll(t, prefix+"A:a?secret="+seed, seed, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []any{e, *e} {
		if s := fmt.Sprintf("%v %+v %#v %s", form, form, form, form); strings.Contains(s, seed) {
			t.Errorf("got %s", s)
		}
	}
}

func FuzzProvisioning(f *testing.F) {
	f.Add(prefix+"Acme:a?secret="+seed+"&issuer=Acme", seed, "a")
	f.Add(prefix+"Acme:a?secret="+seed+"\n", "", "b")
	f.Add("otpauth://totp/:?secret=%00", "", "\x1b")
	f.Fuzz(func(t *testing.T, uri, key, login string) {
		e := &Enrollment{LoginID: login, Digits: 6, Period: 30 * time.Second}
		if err := e.read(uri, key); err != nil {
			harmless(t, (&Error{Err: err}).Error())
			return
		}
		built := e.buildURI()
		u, err := url.Parse(built)
		if err != nil || u.Scheme != "otpauth" || u.Host != "totp" {
			t.Fatalf("built %q: %v", built, err)
		}
		if e.Key.Empty() || u.Query().Get("secret") != e.Key.Reveal() || u.Query().Get("issuer") != string(e.Issuer) {
			t.Fatalf("built %q", built)
		}
		if len(built) > maxProvisioning {
			t.Fatalf("built %d bytes", len(built))
		}
		_ = e.Check("123456", time.Unix(0, 0))
	})
}
