package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

const maxBody = 1 << 20 // no call of the API comes near 1 MiB

// call is one request while it is being answered.
type call struct {
	box     *Sandbox
	r       *http.Request
	hit     []rule // the faults that hit this call
	tx      *bolt.Tx
	now     time.Time // the sandbox's clock, in whole seconds like a token's
	body    []byte
	creds   credentials
	shown   proof // what the refresh token says, once signedIn has read it
	cookies []*http.Cookie
}

// handler answers a call inside a transaction. A *refusal is the reply to a
// request that was understood and turned down; what the handler stored before
// is kept (a wrong try counts). Any other error undoes it. A value of type
// finish is called when the state is closed again.
type handler func(*call) (any, error)

// finish is the part of an answer that needs no state, such as signing and
// drawing: other processes need not wait for it.
type finish func() (any, error)

// respond reads the request, runs its handler and renders the answer.
func (s *Sandbox) respond(r *http.Request, hit []rule) (reply, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return reply{}, fmt.Errorf("read request: %w", err)
	}
	if len(body) > maxBody {
		return refusalReply(&refusal{http.StatusRequestEntityTooLarge, codeMalformed, "The request is too large", ""}), nil
	}
	c := &call{box: s, r: r, hit: hit, body: body, now: s.now().Truncate(time.Second)}
	rt, err := c.route()
	if err != nil {
		return c.render(nil, err)
	}
	if err := s.ensureSigner(r.Context()); err != nil {
		return c.render(nil, err)
	}
	return c.render(c.run(rt))
}

// run answers the call, and returns what is to be sent.
func (c *call) run(rt route) (any, error) {
	var (
		answer  any
		refused *refusal
	)
	work := func(tx *bolt.Tx) (err error) {
		c.tx = tx
		answer, err = rt.handle(c)
		if errors.As(err, &refused) {
			return nil
		}
		return err
	}
	within := c.box.store.update
	if rt.readOnly {
		within = c.box.store.view
	}
	if err := within(c.r.Context(), work); err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	if last, ok := answer.(finish); ok {
		return last()
	}
	return answer, nil
}

// render turns an answer or an error into a reply. Only the end of the
// request's context leaves it without one.
func (c *call) render(answer any, err error) (reply, error) {
	var refused *refusal
	switch {
	case err == nil:
		if p, ok := answer.(page); ok {
			return p.reply()
		}
		if answer, err = c.written(answer); err != nil {
			return reply{}, err
		}
		return jsonReply(http.StatusOK, answer, c.cookies)
	case errors.As(err, &refused):
		return refusalReply(refused), nil
	case c.r.Context().Err() != nil:
		return reply{}, err
	}
	return refusalReply(&refusal{http.StatusInternalServerError, codeInternal, "Unknown server error", err.Error()}), nil
}

// decode reads the request body. No body, null and unknown fields are all
// accepted, as the service accepts them.
func (c *call) decode(into any) error {
	if len(strings.TrimSpace(string(c.body))) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return refuse(codeMalformed, "The request is malformed", err.Error())
	}
	return nil
}

// origin is the scheme and host that the client called.
func (c *call) origin() string {
	scheme := c.r.URL.Scheme
	if scheme == "" {
		scheme = "http"
	}
	return scheme + "://" + c.r.Host
}

// credentials are the parts of "Bearer project[:jwt or access key][:key]".
type credentials struct {
	given        bool
	project      string
	token, key   string
	accessKey    string
	unacceptable bool
}

// readCredentials takes the Authorization header apart. Neither tokens nor
// keys contain a colon; a part with two dots is a token. Only a machine's first
// key is an access key.
func readCredentials(r *http.Request, who caller) credentials {
	header := r.Header.Get("Authorization")
	if header == "" {
		return credentials{}
	}
	scheme, rest, _ := strings.Cut(header, " ")
	parts := strings.Split(strings.TrimSpace(rest), ":")
	creds := credentials{given: true, project: parts[0], unacceptable: !strings.EqualFold(scheme, "Bearer")}
	for _, part := range parts[1:] {
		switch {
		case strings.Count(part, ".") == 2 && creds.token == "":
			creds.token = part
		case who == machine && creds.accessKey == "":
			creds.accessKey = part
		case creds.key == "":
			creds.key = part
		default:
			creds.unacceptable = true
		}
	}
	return creds
}

// authorise checks everything in the Authorization header but the token.
func (c *call) authorise(rt route) error {
	c.creds = readCredentials(c.r, rt.caller)
	if rt.caller == anyone {
		return nil
	}
	if cookie, err := c.r.Cookie(rt.cookie()); err == nil && c.creds.token == "" {
		c.creds.token = cookie.Value
	}
	if !c.creds.given && c.creds.token == "" && rt.caller == holder {
		return &refusal{http.StatusBadRequest, codeMalformed, "The request carries no refresh token", ""}
	}
	if c.creds.unacceptable || !c.creds.given && c.creds.token == "" {
		return refuse(codeUnauthorized, "The request is not authorized", "")
	}
	if c.creds.given && c.creds.project != c.box.identity.ProjectID {
		return refuse(codeProject, "The project id is invalid", "")
	}
	want := c.box.identity.AuthManagementKey
	if rt.caller == manager {
		want = c.box.identity.ManagementKey
	}
	wrong := subtle.ConstantTimeCompare([]byte(c.creds.key), []byte(want)) == 0
	if wrong && (c.creds.key != "" || rt.caller == manager) {
		return refuse(codeUnauthorized, "The request is not authorized", "")
	}
	return nil
}
