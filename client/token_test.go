package client

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512" // crypto.SHA384 and SHA512
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tokenCase makes a sign-in reply's session token, and says whether it passes.
type tokenCase struct {
	token func(f *fakeDescope) string
	want  string // in the error; "" when the token is good
}

// with changes one claim of a good session token; nil takes it away.
func with(pairs ...any) func(*fakeDescope) string {
	return func(f *fakeDescope) string { return f.sign(change(f.claims(sessionKind, 1), pairs...)) }
}

func change(claims map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(claims, pairs[i].(string))
		} else {
			claims[pairs[i].(string)] = pairs[i+1]
		}
	}
	return claims
}

// signedBy makes a token whose claims are good and whose form is not.
func signedBy(head map[string]any, sign func([]byte) []byte) func(*fakeDescope) string {
	return func(f *fakeDescope) string { return compact(mustJSON(head), mustJSON(f.claims(sessionKind, 1)), sign) }
}

// broken is a good token with something between the characters of a part, which
// a decoder of base64 may skip.
func broken(part int, by string) func(*fakeDescope) string {
	return func(f *fakeDescope) string {
		parts := strings.Split(with()(f), ".")
		parts[part] = parts[part][:8] + by + parts[part][8:]
		return strings.Join(parts, ".")
	}
}

func payload(raw string) func(*fakeDescope) string {
	return func(f *fakeDescope) string {
		good := string(mustJSON(f.claims(sessionKind, 1)))
		return rs256(head("RS256", "k1"), []byte(strings.Replace(raw, "GOOD", good[1:len(good)-1], 1)), goodKey())
	}
}

func rsaSign(key *rsa.PrivateKey, h crypto.Hash, pss bool) func([]byte) []byte {
	return func(in []byte) []byte {
		d := h.New()
		d.Write(in)
		if pss {
			return must(rsa.SignPSS(rand.Reader, key, h, d.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}
		return must(rsa.SignPKCS1v15(nil, key, h, d.Sum(nil)))
	}
}

func publicPEM(key *rsa.PublicKey) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(key))})
}

func headWith(pairs ...any) map[string]any { return change(head("RS256", "k1"), pairs...) }

func TestFaultJTokens(t *testing.T) {
	now := newClock().Now()
	in := func(d time.Duration) int64 { return now.Add(d).Unix() }
	none := func([]byte) []byte { return nil }
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]tokenCase{
		"good":                             {with(), ""},
		"good with an ES384 key":           {signedBy(head("ES384", "e1"), ecdsaSign(curveKey())), ""},
		"good without iat":                 {with("iat", nil), ""},
		"good with fractions":              {with("iat", float64(in(0))+0.5, "exp", float64(in(time.Minute))+0.5), ""},
		"J01 alg none":                     {signedBy(head("none", "k1"), none), "not a JWT"},
		"J01 alg None":                     {signedBy(head("None", "k1"), none), "not a JWT"},
		"J01 no alg":                       {signedBy(headWith("alg", nil), none), "not a JWT"},
		"J01 no signature":                 {signedBy(head("RS256", "k1"), none), "signature"},
		"J02 public key as secret, PEM":    {signedBy(head("HS256", "k1"), hs256(publicPEM(&goodKey().PublicKey))), "not a JWT"},
		"J02 public key as secret, DER":    {signedBy(head("HS256", "k1"), hs256(must(x509.MarshalPKIXPublicKey(&goodKey().PublicKey)))), "not a JWT"},
		"J02 public key as secret, N":      {signedBy(head("HS256", "k1"), hs256(goodKey().N.Bytes())), "not a JWT"},
		"J03 published oct key":            {signedBy(head("HS256", "oct"), hs256([]byte("0123456789abcdef0123456789abcdef"))), "not a JWT"},
		"J04 unknown kid":                  {signedBy(head("RS256", "k9"), rsaSign(goodKey(), crypto.SHA256, false)), "does not publish"},
		"J04 no kid":                       {signedBy(headWith("kid", nil), rsaSign(goodKey(), crypto.SHA256, false)), "does not publish"},
		"J05 known kid, other key":         {signedBy(head("RS256", "k1"), rsaSign(otherKey(), crypto.SHA256, false)), "signature"},
		"J05 kid of another key":           {signedBy(head("RS256", "k2"), rsaSign(goodKey(), crypto.SHA256, false)), "signature"},
		"J05 changed payload":              {changedPayload, "signature"},
		"J06 expired":                      {with("exp", in(-time.Second)), "expired"},
		"J06 expires now":                  {with("exp", in(0)), "expired"},
		"J06 expired in 1970":              {with("exp", 0), "expired"},
		"J06 negative exp":                 {with("exp", -1e300), "expired"},
		"J07 no exp":                       {with("exp", nil), "no expiry"},
		"J07 exp null":                     {with("exp", json.RawMessage("null")), "no expiry"},
		"J07 exp as text":                  {with("exp", "2030-01-01T00:00:00Z"), `"exp" has the wrong type`},
		"J08 nbf 61 s ahead":               {with("nbf", in(61*time.Second)), "not yet valid"},
		"J08 nbf 59 s ahead":               {with("nbf", in(59*time.Second)), ""},
		"J08 nbf past any calendar":        {with("nbf", 1e300), "not yet valid"},
		"J09 iat 10 s ahead":               {with("iat", in(10*time.Second)), ""},
		"J09 iat 61 s ahead":               {with("iat", in(61*time.Second)), "issued in the future"},
		"J09 iat past any calendar":        {with("iat", 1e18), "issued in the future"},
		"J10 issuer is a URL":              {with("iss", "https://auth.example.com/v1/apps/"+projectID), ""},
		"J10 issuer, second to last":       {with("iss", "https://auth.example.com/"+projectID+"/oidc"), ""},
		"J10 issuer without our project":   {with("iss", "https://api.descope.com/"), "issuer"},
		"J10 issuer, third to last":        {with("iss", "https://auth.example.com/"+projectID+"/a/b"), "issuer"},
		"J10 issuer, project in the host":  {with("iss", "https://"+projectID+".example.com"), "issuer"},
		"J10 issuer, project is a part":    {with("iss", "https://h/x"+projectID), "issuer"},
		"J10 issuer, project in the query": {with("iss", "https://h/x?"+projectID), "issuer"},
		"J11 another project":              {with("iss", "P2other000000000000000000000"), "issuer"},
		"J12 no issuer":                    {with("iss", nil), "issuer"},
		"J12 empty issuer":                 {with("iss", ""), "issuer"},
		"J14 refresh token as session":     {with("drn", refreshKind), `kind "DSR"`},
		"J14 no kind":                      {with("drn", nil), "kind"},
		"J14 kind in another case":         {with("drn", "ds"), "kind"},
		"J20 RS512":                        {signedBy(head("RS512", "k1"), rsaSign(goodKey(), crypto.SHA512, false)), "not a JWT"},
		"J20 RSA of 512 bits":              {signedBy(head("RS256", "weak"), rsaSign(weakKey(), crypto.SHA256, false)), "does not publish"},
		"J21 1 MB":                         {with("x", strings.Repeat("x", 700_000)), "longer than 16384"},
		"J21 just above 16 KiB":            {long(maxToken + 1), "longer than 16384"},
		"J21 16 KiB":                       {long(maxToken), ""},
		"J22 no part":                      {just("x"), "not three parts"},
		"J22 two parts":                    {just("a.b"), "not three parts"},
		"J22 four parts":                   {func(f *fakeDescope) string { return with()(f) + ".x" }, "not three parts"},
		"J22 five parts":                   {just("a.b.c.d.e"), "not three parts"},
		"J22 dots":                         {just(".."), "not a JWT"},
		"J22 bad base64":                   {just("%%%.%%%.%%%"), "character"},
		"J22 base64 of no length":          {just("a.a.a"), "not a JWT"},
		"J22 line end in the claims":       {broken(1, "\r\n"), "character"},
		"J22 line end in the signature":    {broken(2, "\n"), "character"},
		"J22 line end after it":            {func(f *fakeDescope) string { return with()(f) + "\n" }, "character"},
		"J22 header of another":            {func(f *fakeDescope) string { return with()(f) + "\r\nX-Other: 1" }, "character"},
		"J22 JSON serialisation":           {just(`{"payload":"..","signatures":[]}`), "character"},
		"J22 header is no JSON":            {just(b64([]byte("x")) + "." + b64([]byte("{}")) + ".AA"), "not a JWT"},
		"J22 claims are no object":         {payload(`["a"]`), "not a JSON object"},
		"J22 claims are no JSON":           {payload(`{`), "not valid JSON"},
		"J22 claims and more":              {payload(`{GOOD} {}`), "more than one"},
		"J22 claims too deep":              {payload(`{GOOD,"x":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`), "nested too deep"},
		"J23 claim twice":                  {payload(`{"sub":"U1",GOOD}`), `"sub" appears twice`},
		"J23 other claim twice":            {payload(`{GOOD,"x":1,"x":2}`), `"x" appears twice`},
		"J23 nested claim twice":           {payload(`{GOOD,"x":{"a":1,"a":2}}`), `"a" appears twice`},
		"J23 header twice":                 {just(b64([]byte(`{"alg":"none","alg":"RS256","kid":"k1"}`)) + "." + b64([]byte("{}")) + ".AA"), "not a JWT"},
		"J23 two spellings of a claim":     {payload(`{GOOD,"Exp":1,"SUB":"U3","role":1,"Role":2}`), ""},
		"J24 crit":                         {signedBy(headWith("crit", []string{"x"}, "x", 1), rsaSign(goodKey(), crypto.SHA256, false)), "critical"},
		"J24 crit b64":                     {signedBy(headWith("crit", []string{"b64"}, "b64", true), rsaSign(goodKey(), crypto.SHA256, false)), "critical"},
		"J24 jku and x5u are ignored":      {signedBy(headWith("jku", "http://127.0.0.1:1/", "x5u", "http://127.0.0.1:1/"), rsaSign(goodKey(), crypto.SHA256, false)), ""},
		"J24 own key in the header":        {signedBy(headWith("jwk", json.RawMessage(rsaJWK("k1", &otherKey().PublicKey))), rsaSign(otherKey(), crypto.SHA256, false)), "signature"},
		"J25 kid is a path":                {signedBy(head("RS256", "../../etc/passwd"), rsaSign(goodKey(), crypto.SHA256, false)), "does not publish"},
		"J25 kid with escapes":             {signedBy(head("RS256", "\x1b[2J"), rsaSign(goodKey(), crypto.SHA256, false)), "does not publish"},
		"J26 RS384":                        {signedBy(head("RS384", "k1"), rsaSign(goodKey(), crypto.SHA384, false)), "not a JWT"},
		"J26 PS256":                        {signedBy(head("PS256", "k1"), rsaSign(goodKey(), crypto.SHA256, true)), "not a JWT"},
		"J26 ES256":                        {signedBy(head("ES256", "e256"), ecdsaSign(shortKey())), "not a JWT"},
		"J26 EdDSA":                        {signedBy(head("EdDSA", "ed"), func(in []byte) []byte { return ed25519.Sign(edKey, in) }), "not a JWT"},
		"J26 ES384 with an RSA key":        {signedBy(head("ES384", "k1"), ecdsaSign(curveKey())), "algorithm is not the key's"},
		"J26 RS256 with a curve key":       {signedBy(head("RS256", "e1"), rsaSign(goodKey(), crypto.SHA256, false)), "algorithm is not the key's"},
		"DPoP":                             {with("cnf", map[string]any{"jkt": "x"}), "DPoP"},
		"no user":                          {with("sub", nil), "no usable user id"},
		"user with an escape":              {with("sub", "U\x1b[2J"), "no usable user id"},
		"factors are no list":              {with("amr", "mfa"), `"amr" has the wrong type`},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			d.setKeys(rsaJWK("k1", &goodKey().PublicKey), rsaJWK("k2", &otherKey().PublicKey), rsaJWK("weak", &weakKey().PublicKey),
				ecJWK("e1", "ES384", "P-384", &curveKey().PublicKey), ecJWK("e256", "ES256", "P-256", &shortKey().PublicKey),
				`{"kid":"oct","kty":"oct","alg":"HS256","k":"`+b64([]byte("0123456789abcdef0123456789abcdef"))+`"}`)
			d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": c.token(d)}))
			_, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
			if c.want == "" {
				if err != nil {
					t.Errorf("got %v, want it to be accepted", err)
				}
				return
			}
			if err == nil {
				t.Fatal("accepted")
			}
			if wantKind(t, err, Untrusted); !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q in it", err, c.want)
			}
			if n := len(d.requests("/v2/keys")); n != 1 {
				t.Errorf("key set fetched %d times, want once", n)
			}
		})
	}
}

func just(token string) func(*fakeDescope) string { return func(*fakeDescope) string { return token } }

func changedPayload(f *fakeDescope) string {
	parts := strings.Split(f.sign(f.claims(sessionKind, 1)), ".")
	parts[1] = b64(mustJSON(change(f.claims(sessionKind, 1), "sub", "U2mallory")))
	return strings.Join(parts, ".")
}

// long makes a good token of exactly n bytes.
func long(n int) func(*fakeDescope) string {
	return func(f *fakeDescope) string {
		for pad := n * 3 / 4; ; pad-- {
			claims := mustJSON(change(f.claims(sessionKind, 1), "x", strings.Repeat("x", pad)))
			for _, h := range []map[string]any{head("RS256", "k1"), headWith("p", 1), headWith("p", 12), headWith("p", 123), headWith("p", 1234)} {
				if len(b64(mustJSON(h)))+len(b64(claims))+2+342 == n {
					return rs256(h, claims, goodKey())
				}
			}
		}
	}
}

func TestFaultJ15SessionTokenAsRefreshIsRefused(t *testing.T) {
	for name, r := range map[string]map[string]any{
		"as it is":                            {},
		"with a cookie name that allows it":   {"cookieName": sessionKind},
		"with one name for both":              {"cookieName": "X", "sessionCookieName": "X"},
		"with a session name that is refresh": {"sessionCookieName": refreshKind},
	} {
		d := newDescope(t)
		session, refresh := d.claims(sessionKind, 1), d.claims(sessionKind, 1)
		switch name {
		case "with one name for both":
			session["drn"], refresh["drn"] = "X", "X"
		case "with a session name that is refresh":
			session["drn"], refresh["drn"] = refreshKind, refreshKind
		}
		maps.Copy(r, map[string]any{"sessionJwt": d.sign(session), "refreshJwt": d.sign(refresh)})
		d.says("/v1/auth/totp/verify", 200, d.reply(r))
		if _, err := d.local().VerifyTOTP(t.Context(), loginID, "123456"); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			wantKind(t, err, Untrusted)
		}
	}
}

// The refresh token goes through the same validator as the session token.
func TestFaultJRefreshTokenIsCheckedToo(t *testing.T) {
	for name, bad := range map[string]func(d *fakeDescope) string{
		"J05": func(d *fakeDescope) string {
			return rs256(head("RS256", "k1"), mustJSON(d.claims(refreshKind, 1)), otherKey())
		},
		"J06": func(d *fakeDescope) string {
			return d.sign(change(d.claims(refreshKind, 1), "exp", d.clock.Now().Unix()))
		},
		"J22": func(d *fakeDescope) string {
			good := d.sign(d.claims(refreshKind, 1))
			return good[:8] + "\n" + good[8:]
		},
		"J11": func(d *fakeDescope) string {
			return d.sign(change(d.claims(refreshKind, 1), "iss", "P2other000000000000000000000"))
		},
		"S33 of another user": func(d *fakeDescope) string {
			return d.sign(change(d.claims(refreshKind, 1), "sub", "U2mallory"))
		},
		"S33 of another user by dsub": func(d *fakeDescope) string {
			return d.sign(change(d.claims(refreshKind, 1), "dsub", "U2mallory"))
		},
	} {
		d := newDescope(t)
		d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": d.sign(d.claims(sessionKind, 1)), "refreshJwt": bad(d)}))
		if _, err := d.local().VerifyTOTP(t.Context(), loginID, "123456"); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			wantKind(t, err, Untrusted)
		}
	}
}

func TestFaultJ13AudienceIsCheckedWhenConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		aud  any
		want []string
		good bool
	}{
		"none wanted":   {"x", nil, true},
		"none there":    {nil, []string{"me"}, false},
		"the one":       {"me", []string{"me"}, true},
		"one of theirs": {[]string{"x", "me"}, []string{"me"}, true},
		"one of ours":   {"me", []string{"x", "me"}, true},
		"another":       {"x", []string{"me"}, false},
		"others":        {[]string{"x", "y"}, []string{"me"}, false},
		"empty list":    {[]string{}, []string{"me"}, false},
		"wrong type":    {7, []string{"me"}, false},
		"other case":    {"ME", []string{"me"}, false},
	} {
		d := newDescope(t)
		claims := change(d.claims(sessionKind, 1), "aud", c.aud)
		d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": d.sign(claims), "refreshJwt": d.sign(d.claims(refreshKind, 1))}))
		_, err := d.local(func(cf *Config) { cf.Project.Audience = c.want }).VerifyTOTP(t.Context(), loginID, "123456")
		if (err == nil) != c.good {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestClaimsAreWhatTheTokenSays(t *testing.T) {
	d := newDescope(t)
	end := d.clock.Now().Add(48 * time.Hour)
	claims := change(d.claims(sessionKind, 1), "sub", "template", "dsub", userID, "iss", "https://h\u202e/"+projectID,
		"amr", []string{"totp", "sms", "mfa"}, "su", true, "rexp", end.Format(time.RFC3339))
	d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": d.sign(claims)}))
	s, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	c := s.Claims()
	if c.UserID != userID || c.Issuer != "https://h/"+projectID || !c.MFA() || !c.StepUp || !c.RefreshBy.Equal(end) ||
		!c.IssuedAt.Equal(d.clock.Now()) || !c.Expires.Equal(d.clock.Now().Add(10*time.Minute)) {
		t.Errorf("got %+v", c)
	}
	if !s.RefreshBy().Equal(end) || s.CanStay() || s.Token().Empty() || s.LoginID() != loginID {
		t.Errorf("got a session until %v", s.RefreshBy())
	}
	var raw map[string]any
	if json.Unmarshal(c.Raw, &raw) != nil || raw["su"] != true {
		t.Errorf("got raw claims %s", c.Raw)
	}
	if (Claims{Factors: []Text{"totp", "sms"}}).MFA() {
		t.Error("two factors without the mark count as MFA")
	}
}

// Anybody may choose the name of a custom claim.
func TestCustomClaimsCannotStandInForOurs(t *testing.T) {
	d := newDescope(t)
	claims := change(d.claims(sessionKind, 1), "amr", nil, "SU", true, "AMR", []string{"mfa"}, "Dsub", "U2victim", "ſub", "U2victim", "REXP", "2030-01-01T00:00:00Z")
	d.says("/v1/auth/totp/verify", 200, d.reply(map[string]any{"sessionJwt": d.sign(claims)}))
	s, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Claims(); c.StepUp || c.MFA() || c.UserID != userID || !c.RefreshBy.IsZero() {
		t.Errorf("got %+v", c)
	}
}

func TestFaultO01AndO02AndO03TokensAreJudgedByTheServersClock(t *testing.T) {
	for name, off := range map[string]time.Duration{
		"O01 10 s slow": -10 * time.Second, "O02 10 s fast": 10 * time.Second,
		"O03 2 min slow": -2 * time.Minute, "O03 2 min fast": 2 * time.Minute,
		"O04 1 day slow": -24 * time.Hour, "O04 1 day fast": 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			mine := newClock()
			mine.Add(off)
			c := d.local(func(c *Config) { c.Now = mine.Now })
			if _, err := c.VerifyTOTP(t.Context(), loginID, "123456"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFaultJ17KeySetIsFetchedBeforeTheCodeIsSent(t *testing.T) {
	for name, c := range map[string]struct {
		keys http.HandlerFunc
		want Kind
	}{
		"J17 down":           {func(w http.ResponseWriter, _ *http.Request) { answer(w, 503, `{}`) }, Unavailable},
		"J17 busy":           {func(w http.ResponseWriter, _ *http.Request) { answer(w, 429, `{}`) }, RateLimited},
		"J17 hung up":        {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Unreachable},
		"J17 wrong base URL": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, Unreadable},
		"J17 wrong project":  {func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, `{"errorCode":"E071001"}`) }, Misconfigured},
		"J17 no JSON object": {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `"x"`) }, Unreadable},
		"J18 empty":          {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"keys":[]}`) }, Untrusted},
		"J18 null":           {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"keys":null}`) }, Untrusted},
		"J18 {}":             {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{}`) }, Untrusted},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDescope(t)
			d.on("/v2/keys/"+projectID, c.keys)
			cl := d.wire()
			for op, call := range map[string]func(context.Context) error{
				"verify":  func(ctx context.Context) error { _, err := cl.VerifyTOTP(ctx, loginID, "123456"); return err },
				"sign-up": func(ctx context.Context) error { _, err := cl.SignUp(ctx, loginID, NewUser{}); return err },
				"refresh": func(ctx context.Context) error { _, err := cl.Refresh(ctx, "a.b.c"); return err },
			} {
				if e := wantKind(t, call(t.Context()), c.want); !e.NotSent {
					t.Errorf("%s: not said to be unsent", op)
				}
			}
			if got := d.requests("/v1/"); len(got) != 0 {
				t.Errorf("sent %+v, want nothing", got)
			}
		})
	}
}

func TestFaultJ19KeySetLimits(t *testing.T) {
	many := func(n int) []string {
		keys := []string{rsaJWK("k1", &goodKey().PublicKey)}
		for len(keys) < n {
			keys = append(keys, `{"kty":"oct"}`)
		}
		return keys
	}
	modulus := func(bits int) string {
		n := make([]byte, bits/8)
		for i := range n {
			n[i] = 0xff
		}
		return b64(n)
	}
	good := &goodKey().PublicKey
	for name, c := range map[string]struct {
		keys []string
		good bool
	}{
		"32 keys":              {many(32), true},
		"33 keys":              {many(33), false},
		"10,000 keys":          {many(10_000), false},
		"64 kbit modulus":      {[]string{rsaJWK("k1", good, "n", modulus(65536))}, false},
		"8200 bit modulus":     {[]string{rsaJWK("k1", good, "n", modulus(8200))}, false},
		"1024 bit modulus":     {[]string{rsaJWK("k1", &weakKey().PublicKey)}, false},
		"e = 1":                {[]string{rsaJWK("k1", good, "e", "AQ")}, false},
		"e = 3":                {[]string{rsaJWK("k1", good, "e", "Aw")}, false},
		"e = 65536":            {[]string{rsaJWK("k1", good, "e", b64([]byte{1, 0, 0}))}, false},
		"no kid":               {[]string{rsaJWK("", good)}, false},
		"for encryption":       {[]string{rsaJWK("k1", good, "use", "enc")}, false},
		"no use":               {[]string{rsaJWK("k1", good, "use", "")}, true},
		"no alg":               {[]string{rsaJWK("k1", good, "alg", "")}, false},
		"another alg":          {[]string{rsaJWK("k1", good, "alg", "RS512")}, false},
		"garbage beside":       {[]string{`{"kty":"EC","crv":"P-384","x":"AA","y":"AA","kid":"e"}`, `7`, rsaJWK("k1", good)}, true},
		"one kid for two keys": {[]string{rsaJWK("k1", &otherKey().PublicKey), rsaJWK("k1", good)}, false},
	} {
		d := newDescope(t)
		d.setKeys(c.keys...)
		if _, err := parseKeys([]byte(d.jwks)); (err == nil) != c.good || (err != nil && !errors.Is(err, errBadKeys)) {
			t.Errorf("%s: got %v", name, err)
		}
		_, err := d.local().VerifyTOTP(t.Context(), loginID, "123456")
		if (err == nil) != c.good {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil {
			wantKind(t, err, Untrusted)
		}
	}
}

func TestKeySetMayBeABareList(t *testing.T) {
	d := newDescope(t)
	d.says("/v2/keys/"+projectID, 200, "["+rsaJWK("k1", &goodKey().PublicKey)+"]")
	if _, err := d.local().VerifyTOTP(t.Context(), loginID, "123456"); err != nil {
		t.Error(err)
	}
}

func TestFaultJ04UnknownKidRefetchesOncePerHalfMinute(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	ask := func() error {
		_, err := c.VerifyTOTP(t.Context(), loginID, "123456")
		return err
	}
	fetches := func(want int) {
		t.Helper()
		if got := len(d.requests("/v2/keys")); got != want {
			t.Errorf("got %d fetches, want %d", got, want)
		}
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	d.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, d.reply(map[string]any{"sessionJwt": rs256(head("RS256", "k2"), mustJSON(d.claims(sessionKind, 1)), otherKey())}))
	})
	d.clock.Add(29 * time.Second)
	wantKind(t, ask(), Untrusted)
	fetches(1)
	d.clock.Add(2 * time.Second)
	wantKind(t, ask(), Untrusted)
	fetches(2)
	for range 5 {
		wantKind(t, ask(), Untrusted)
	}
	fetches(2)
	d.clock.Add(31 * time.Second)
	d.setKeys(rsaJWK("k2", &otherKey().PublicKey)) // J16: the project rotated its key
	if err := ask(); err != nil {
		t.Error(err)
	}
	fetches(3)
}

func TestFaultJ25KidIsNeverPartOfAPath(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	if err := c.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.clock.Add(time.Hour)
	token := Secret(rs256(headWith("kid", nil), mustJSON(d.claims(sessionKind, 1)), goodKey()))
	_, err := c.check(t.Context(), token, sessionKind)
	if wantKind(t, err, Untrusted); len(d.requests("/")) != 1 {
		t.Error("a token without a kid made us fetch the key set")
	}
	token = Secret(rs256(head("RS256", "../../x?\x1b"), mustJSON(d.claims(sessionKind, 1)), goodKey()))
	_, err = c.check(t.Context(), token, sessionKind)
	wantKind(t, err, Untrusted)
	for _, s := range d.requests("/") {
		if s.Path != "/v2/keys/"+projectID {
			t.Errorf("asked for %q", s.Path)
		}
	}
}

func TestKeySetIsCachedForADay(t *testing.T) {
	d := newDescope(t)
	cache := newCache()
	keys := func(want int) {
		t.Helper()
		if err := d.local(func(c *Config) { c.Keys = cache }).Keys(t.Context()); err != nil {
			t.Error(err)
		}
		if got := len(d.requests("/v2/keys")); got != want {
			t.Errorf("got %d fetches, want %d", got, want)
		}
	}
	keys(1)
	d.clock.Add(23 * time.Hour)
	keys(1)
	d.clock.Add(2 * time.Hour)
	keys(2)
	d.clock.Add(-48 * time.Hour) // a set from the future is of no known age
	keys(3)
	for name := range cache.all() {
		if strings.ContainsAny(name, `/\:`) {
			t.Errorf("cache name %q is no file name", name)
		}
	}
	for _, garbage := range []string{"", "x", "{}", `{"body":{"keys":[]}}`, `{"fetched":"2026-05-04T12:00:00Z","body":7}`} {
		before := len(d.requests("/v2/keys"))
		for name := range cache.all() {
			_ = cache.Save(name, []byte(garbage))
		}
		keys(before + 1)
	}
	cache.fail = errors.New("disk full")
	before := len(d.requests("/v2/keys"))
	keys(before + 1)
}

func FuzzToken(f *testing.F) {
	d := newDescope(f)
	good := d.sign(d.claims(sessionKind, 1))
	for _, s := range []string{good, "", "..", "a.b.c", good[:len(good)-4], strings.Repeat(".", 20000), "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(s)
	}
	c := d.local()
	if err := c.Keys(f.Context()); err != nil {
		f.Fatal(err)
	}
	signed := good[:strings.LastIndex(good, ".")]
	f.Fuzz(func(t *testing.T, token string) {
		_, err := c.check(t.Context(), Secret(token), sessionKind)
		if err == nil && !strings.HasPrefix(token, signed+".") {
			t.Errorf("accepted %q", token)
		}
		if err != nil {
			harmless(t, err.Error())
		}
	})
}

func FuzzClaims(f *testing.F) {
	d := newDescope(f)
	f.Add(string(mustJSON(d.claims(sessionKind, 1))))
	f.Add(`{"exp":1e999}`)
	d.setKeys(ecJWK("e1", "ES384", "P-384", &curveKey().PublicKey))
	c := d.local()
	if err := c.Keys(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, claims string) {
		got, err := c.check(t.Context(), Secret(compact(mustJSON(head("ES384", "e1")), []byte(claims), ecdsaSign(curveKey()))), sessionKind)
		if err == nil && (got.UserID == "" || !got.Expires.After(d.clock.Now())) {
			t.Errorf("accepted %s", claims)
		}
	})
}

func FuzzKeySet(f *testing.F) {
	f.Add(`{"keys":[` + rsaJWK("k1", &goodKey().PublicKey) + `]}`)
	f.Add(`[` + ecJWK("e1", "ES384", "P-384", &curveKey().PublicKey) + `]`)
	f.Fuzz(func(t *testing.T, body string) {
		keys, err := parseKeys([]byte(body))
		if err == nil && (len(keys) == 0 || len(keys) > maxKeys) {
			t.Errorf("got %d keys", len(keys))
		}
		for kid, k := range keys {
			if kid == "" || !k.IsPublic() {
				t.Errorf("accepted key %q", kid)
			}
		}
	})
}
