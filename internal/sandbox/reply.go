package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// reply is everything that is sent but the Date header.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func jsonReply(status int, value any, cookies []*http.Cookie) (reply, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // an otpauth:// URI stays readable in a debug trace
	if err := enc.Encode(value); err != nil {
		return reply{}, fmt.Errorf("write reply: %w", err)
	}
	header := http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}
	for _, cookie := range cookies {
		header.Add("Set-Cookie", cookie.String())
	}
	return reply{status, header, body.Bytes()}, nil
}

// refusal is an error that the caller is told, in Descope's error body.
type refusal struct {
	status      int
	code        string
	description string
	message     string // what went wrong in this case; may be empty
}

func (r *refusal) Error() string { return r.code + " " + r.description }

// Error codes of the service. What each means is public, most statuses are not.
const (
	codeInternal     = "E010009"
	codeMalformed    = "E011001"
	codeMissing      = "E011002"
	codeInvalid      = "E011003"
	codeArgument     = "E011004"
	codeMethodOff    = "E061002"
	codeUnauthorized = "E061004"
	codeToken        = "E061005"
	codeWrongCode    = "E061102"
	codeTries        = "E061103"
	codeExpired      = "E061104"
	codeExists       = "E062107"
	codeNoUser       = "E062108"
	codePending      = "E062503"
	codeLinkExpired  = "E062504"
	codeKeyMissing   = "E062802"
	codeKeyInvalid   = "E062803"
	codePassword     = "E062903"
	codeEnded        = "E064001"
	codeProject      = "E071001"
	codeNotCreated   = "E111111"
	codeNotFound     = "E112102"
	codeRateLimit    = "E130429"
)

// refuse builds a refusal. Sandbox behaviour: 401 for wrong or expired codes
// and tokens, 429 for the rate limit, 400 for everything else.
func refuse(code, description, message string) *refusal {
	status := http.StatusBadRequest
	switch code {
	case codeUnauthorized, codeToken, codeWrongCode, codeTries, codeExpired,
		codePending, codeLinkExpired, codeKeyMissing, codeKeyInvalid, codePassword, codeEnded:
		status = http.StatusUnauthorized
	case codeRateLimit:
		status = http.StatusTooManyRequests
	}
	return &refusal{status, code, description, message}
}

// refusalReply renders the error body that every call shares; "message"
// repeats "errorMessage", and both are left out when there is nothing to add.
func refusalReply(r *refusal) reply {
	body := struct {
		ErrorCode        string `json:"errorCode"`
		ErrorDescription string `json:"errorDescription"`
		ErrorMessage     string `json:"errorMessage,omitempty"`
		Message          string `json:"message,omitempty"`
	}{r.code, r.description, r.message, r.message}
	rep, err := jsonReply(r.status, body, nil)
	if err != nil {
		panic(err) // four strings always encode
	}
	return rep
}

// missing refuses a request that lacks a required argument.
func missing(name string) *refusal {
	return refuse(codeMissing, "The request is missing required arguments", "The "+name+" field is required")
}
