package sdktest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"postern/internal/sandbox"
)

// sabotage breaks one thing of a sandbox, as a mistake in it would. A check
// that still passes then proves nothing.
type sabotage struct {
	name    string
	setting func(*sandbox.Options) // the project is set up in another way
	path    string                 // the calls it touches; those below it when it ends in a slash
	from    int                    // the first of these calls that it touches; 0 means 1
	ask     func(*saboteur, *http.Request, object)
	tell    func(*saboteur, *answer)
}

// starting leaves the calls before the nth alone.
func (s sabotage) starting(n int) sabotage {
	s.from = n
	return s
}

// answer is a reply on its way back.
type answer struct {
	path   string
	status int
	header http.Header
	raw    []byte
	body   object // nil when it is no JSON object; written in place of raw when it is one
}

// saboteur carries out one sabotage on one desk.
type saboteur struct {
	sabotage
	next http.Handler

	mu    sync.Mutex
	calls int
	past  map[string][]byte // the last success of each path
	token map[string]string // what stands in the tokens that it made, by theirs
}

func (s sabotage) between(next http.Handler) http.Handler {
	return &saboteur{sabotage: s, next: next, past: map[string][]byte{}, token: map[string]string{}}
}

func (s *saboteur) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock() // a check makes one call after another
	defer s.mu.Unlock()
	touched := r.URL.Path == s.path || strings.HasSuffix(s.path, "/") && strings.HasPrefix(r.URL.Path, s.path)
	if touched {
		s.calls++
		touched = s.calls >= s.from
	}
	s.original(r)
	if touched && s.ask != nil {
		s.change(r)
	}
	path := r.URL.Path
	rec := httptest.NewRecorder()
	s.next.ServeHTTP(rec, r)
	a := &answer{path: path, status: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
	_ = json.Unmarshal(a.raw, &a.body) // no object: stays nil
	if touched && s.tell != nil {
		s.tell(s, a)
	}
	if rec.Code == http.StatusOK {
		s.past[path] = rec.Body.Bytes()
	}
	s.addKey(a)
	a.write(w)
}

// change lets ask change the request and its body.
func (s *saboteur) change(r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var body object
	_ = json.Unmarshal(text, &body)
	s.ask(s, r, body)
	if body != nil {
		text = encode(body)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
}

func (a *answer) write(w http.ResponseWriter) {
	if a.body != nil {
		a.raw = encode(a.body)
	}
	for name, values := range a.header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.raw)
}

// original puts the sandbox's own token in place of one that the saboteur made.
func (s *saboteur) original(r *http.Request) {
	for made, token := range s.token {
		auth := r.Header.Get("Authorization")
		r.Header.Set("Authorization", strings.Replace(auth, made, token, 1))
	}
}

const foreignKID = "SKsaboteur"

var foreignKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// addKey publishes the saboteur's key beside the sandbox's.
func (s *saboteur) addKey(a *answer) {
	if keys, ok := a.body["keys"].([]any); ok && len(s.token) > 0 {
		a.body["keys"] = append(keys, jose.JSONWebKey{
			Key: foreignKey().Public(), KeyID: foreignKID, Algorithm: string(jose.RS256), Use: "sig",
		})
	}
}

// sign makes a token that says something else than one of the sandbox's.
func (s *saboteur) sign(token string, alter func(object)) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return token
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return token
	}
	claims := object{}
	if json.Unmarshal(text, &claims) != nil {
		return token
	}
	alter(claims)
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: foreignKey(), KeyID: foreignKID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(encode(claims))
	if err != nil {
		panic(err)
	}
	made, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	s.token[made] = token
	return made
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was JSON before
	}
	return text
}
