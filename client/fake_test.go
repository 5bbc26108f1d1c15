package client

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	projectID = "P2sandbox000000000000000000a"
	userID    = "U2alice000000000000000000000"
	loginID   = "alice@example.com"
)

// Keys are made once: making one takes longer than all the tests of a file.
var (
	goodKey  = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })
	otherKey = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })
	weakKey  = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(1024) })
	curveKey = sync.OnceValue(func() *ecdsa.PrivateKey { return mustEC(elliptic.P384()) })
	shortKey = sync.OnceValue(func() *ecdsa.PrivateKey { return mustEC(elliptic.P256()) })
)

func mustRSA(bits int) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return k
}

func mustEC(c elliptic.Curve) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

// clock is a clock that only moves when it is told to.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// seen is one request as it arrived.
type seen struct {
	Method, Path, Auth, Body string
	Header                   http.Header
}

// fakeDescope answers what a test tells it to, and remembers what it was asked.
type fakeDescope struct {
	t     testing.TB
	clock *clock // its own: the server's time

	mu      sync.Mutex
	asked   []seen
	answers map[string]http.HandlerFunc // by path
	jwks    string
}

func newDescope(t testing.TB) *fakeDescope {
	f := &fakeDescope{t: t, clock: newClock(), answers: map[string]http.HandlerFunc{}}
	f.setKeys(rsaJWK("k1", &goodKey().PublicKey))
	f.on("/v2/keys/"+projectID, func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		keys := f.jwks
		f.mu.Unlock()
		answer(w, 200, keys)
	})
	f.on("/v1/auth/totp/verify", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, f.signIn(1)) })
	f.on("/v1/auth/refresh", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, f.refreshed(2)) })
	f.on("/v1/auth/logout", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{}`) })
	return f
}

func (f *fakeDescope) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.asked = append(f.asked, seen{r.Method, r.URL.Path, r.Header.Get("Authorization"), string(body), r.Header.Clone()})
	answer := f.answers[r.URL.Path]
	f.mu.Unlock()
	w.Header().Set("Date", f.clock.Now().UTC().Format(http.TimeFormat))
	if answer == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, r)
}

// RoundTrip answers in process, without a port.
func (f *fakeDescope) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	f.ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err // as over a wire: the reply comes too late
	}
	return rec.Result(), nil
}

func (f *fakeDescope) on(path string, h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[path] = h
}

// says makes the server answer the path with this status and JSON.
func (f *fakeDescope) says(path string, status int, body string) {
	f.on(path, func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) })
}

func (f *fakeDescope) setKeys(jwks ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jwks = `{"keys":[` + strings.Join(jwks, ",") + `]}`
}

func (f *fakeDescope) requests(path string) []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	var some []seen
	for _, s := range f.asked {
		if strings.HasPrefix(s.Path, path) {
			some = append(some, s)
		}
	}
	return some
}

func (f *fakeDescope) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = nil
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// local is a client in process whose clock is right.
func (f *fakeDescope) local(change ...func(*Config)) *Client {
	p, err := NewProject(projectID, "")
	if err != nil {
		f.t.Fatal(err)
	}
	c := Config{Project: p, Transport: f, Now: f.clock.Now}
	for _, ch := range change {
		ch(&c)
	}
	return New(c)
}

// wire is a client that speaks to the server over a real connection.
func (f *fakeDescope) wire(change ...func(*Config)) *Client {
	srv := httptest.NewServer(f)
	f.t.Cleanup(srv.Close)
	return wireTo(f.t, srv.URL, append([]func(*Config){f.right}, change...)...)
}

// right makes the clock of a client the one of f.
func (f *fakeDescope) right(c *Config) { c.Now = f.clock.Now }

func wireTo(t testing.TB, base string, change ...func(*Config)) *Client {
	p, err := NewProject(projectID, base)
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Project: p}
	for _, ch := range change {
		ch(&c)
	}
	return New(c)
}

// claims of a good token; a test changes what it is about.
func (f *fakeDescope) claims(drn string, n int) map[string]any {
	now := f.clock.Now().Unix()
	life := int64(600)
	if drn == refreshKind {
		life = 28 * 24 * 3600
	}
	return map[string]any{
		"drn": drn, "iss": projectID, "sub": userID, "iat": now, "exp": now + life, "amr": []string{"totp"}, "n": n,
	}
}

// signIn is a whole reply; n tells the tokens of several replies apart.
func (f *fakeDescope) signIn(n int) string {
	return f.reply(map[string]any{
		"sessionJwt": f.sign(f.claims(sessionKind, n)), "refreshJwt": f.sign(f.claims(refreshKind, n)),
		"user":      map[string]any{"loginIds": []string{loginID}, "userId": userID, "name": "Alice", "email": loginID, "TOTP": true},
		"firstSeen": true,
	})
}

// refreshed is the reply to a refresh without rotation.
func (f *fakeDescope) refreshed(n int) string {
	return f.reply(map[string]any{"sessionJwt": f.sign(f.claims(sessionKind, n)), "refreshJwt": "", "user": nil})
}

// rotated is the reply to a refresh with rotation.
func (f *fakeDescope) rotated(n int) string {
	return f.reply(map[string]any{
		"sessionJwt": f.sign(f.claims(sessionKind, n)), "refreshJwt": f.sign(f.claims(refreshKind, n)), "user": nil,
	})
}

func (f *fakeDescope) reply(v any) string { return string(mustJSON(v)) }

func (f *fakeDescope) sign(claims map[string]any) string {
	return rs256(head("RS256", "k1"), mustJSON(claims), goodKey())
}

func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func head(alg, kid string) map[string]any {
	return map[string]any{"alg": alg, "kid": kid, "typ": "JWT"}
}

func rs256(head map[string]any, payload []byte, key *rsa.PrivateKey) string {
	return compact(mustJSON(head), payload, func(in []byte) []byte {
		sum := sha256.Sum256(in)
		return must(rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]))
	})
}

func compact(head, payload []byte, sign func([]byte) []byte) string {
	in := b64(head) + "." + b64(payload)
	return in + "." + b64(sign([]byte(in)))
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hs256(secret []byte) func([]byte) []byte {
	return func(in []byte) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write(in)
		return mac.Sum(nil)
	}
}

func ecdsaSign(key *ecdsa.PrivateKey) func([]byte) []byte {
	return func(in []byte) []byte {
		var sum []byte
		if key.Curve == elliptic.P384() {
			h := sha512.Sum384(in)
			sum = h[:]
		} else {
			h := sha256.Sum256(in)
			sum = h[:]
		}
		r, s, err := ecdsa.Sign(rand.Reader, key, sum)
		if err != nil {
			panic(err)
		}
		size := (key.Curve.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
	}
}

func rsaJWK(kid string, key *rsa.PublicKey, change ...string) string {
	m := map[string]any{
		"kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig",
		"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
	}
	for i := 0; i+1 < len(change); i += 2 {
		m[change[i]] = change[i+1]
	}
	return string(mustJSON(m))
}

func ecJWK(kid, alg, crv string, key *ecdsa.PublicKey) string {
	point, err := key.Bytes() // 4, x, y (SEC 1, 2.3.3)
	if err != nil {
		panic(err)
	}
	size := len(point) / 2
	return string(mustJSON(map[string]any{
		"kid": kid, "kty": "EC", "alg": alg, "use": "sig", "crv": crv,
		"x": b64(point[1 : 1+size]), "y": b64(point[1+size:]),
	}))
}

// memVault is a Vault in memory, with a lock that works.
type memVault struct {
	mu      sync.Mutex
	records map[string][]byte
	locks   map[string]chan struct{}
	events  []string
	saved   [][]byte

	// What a test wants to go wrong; each may be nil. The hooks run unlocked.
	ready, lock, load, del error
	save                   func(record []byte) error
	onSave                 func(ctx context.Context)
	onLock                 func()
}

func newVault() *memVault {
	return &memVault{records: map[string][]byte{}, locks: map[string]chan struct{}{}}
}

func (v *memVault) note(what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.events = append(v.events, what)
}

func (v *memVault) Ready(context.Context) error { return v.ready }

func (v *memVault) Lock(ctx context.Context, account string) (func(), error) {
	if v.lock != nil {
		return nil, v.lock
	}
	if v.onLock != nil {
		v.onLock()
	}
	v.mu.Lock()
	ch, ok := v.locks[account]
	if !ok {
		ch = make(chan struct{}, 1)
		v.locks[account] = ch
	}
	v.mu.Unlock()
	select {
	case ch <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	v.note("lock")
	return func() { v.note("unlock"); <-ch }, nil
}

func (v *memVault) Load(_ context.Context, account string) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.load != nil {
		return nil, v.load
	}
	raw, ok := v.records[account]
	if !ok {
		return nil, fmt.Errorf("load: %w", fs.ErrNotExist)
	}
	return bytes.Clone(raw), nil
}

func (v *memVault) Save(ctx context.Context, account string, record []byte) error {
	if v.onSave != nil {
		v.onSave(ctx)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.save != nil {
		if err := v.save(record); err != nil {
			return err
		}
	}
	v.events = append(v.events, "save")
	v.records[account] = bytes.Clone(record)
	v.saved = append(v.saved, bytes.Clone(record))
	return nil
}

func (v *memVault) Delete(ctx context.Context, account string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.del != nil {
		return v.del
	}
	v.events = append(v.events, "delete")
	delete(v.records, account)
	return nil
}

func (v *memVault) record(t testing.TB, account string) record {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	rec, err := readRecord(v.records[account])
	if err != nil {
		t.Fatalf("record of %s: %v", account, err)
	}
	return rec
}

func (v *memVault) empty() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.records) == 0
}

// memCache is a Cache in memory.
type memCache struct {
	mu    sync.Mutex
	files map[string][]byte
	fail  error
}

func newCache() *memCache { return &memCache{files: map[string][]byte{}} }

func (c *memCache) Load(name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return nil, c.fail
	}
	raw, ok := c.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return bytes.Clone(raw), nil
}

func (c *memCache) Save(name string, content []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return c.fail
	}
	c.files[name] = bytes.Clone(content)
	return nil
}

func (c *memCache) Delete(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return c.fail
	}
	delete(c.files, name)
	return nil
}

func (c *memCache) all() map[string][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.files)
}

func wantKind(t testing.TB, err error, want Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want one of kind %q", err, want)
	}
	if e.Kind != want {
		t.Fatalf("got kind %q (%v), want %q", e.Kind, err, want)
	}
	harmless(t, err.Error())
	return e
}

// harmless fails when a text could move a terminal's cursor or shows a token.
func harmless(t testing.TB, s string) {
	t.Helper()
	if i := strings.IndexFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) }); i >= 0 {
		t.Errorf("control character at %d in %q", i, s)
	}
	if slices.ContainsFunc(strings.Fields(s), func(w string) bool { return strings.Contains(w, "eyJ") }) {
		t.Errorf("token in %q", s)
	}
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
