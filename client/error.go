package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what an [Error] means to a caller. A Kind is itself an error, so
// that errors.Is(err, client.WrongCode) works.
type Kind int

const (
	Other           Kind = iota // none of the below
	Unreachable                 // the request cannot have left this machine
	Unknown                     // it may have been carried out: no usable reply came back
	Unavailable                 // the service answered that it cannot now (5xx)
	Unreadable                  // the reply is not Descope's: a portal, a proxy, a wrong base URL
	RateLimited                 // too many requests; RetryAfter says how long
	WrongCode                   // the code is wrong, or was used already
	CodeExpired                 // the code was right once
	TooManyTries                // too many wrong codes
	UserExists                  // sign-up of somebody who has an account
	UserUnknown                 // sign-in of somebody who has none
	Refused                     // any other refusal with a Descope code
	Ended                       // the server ended this session
	NotSignedIn                 // there is no session here
	FactorNeeded                // a second factor or a step-up is missing
	Misconfigured               // project id, base URL
	Untrusted                   // TLS, token or identity check failed
	StoreFailed                 // the store is locked, unavailable or damaged
	NotKept                     // signed in, but the reply has no refresh token to keep
	LocalReject                 // refused here, before any request
	Pending                     // an enchanted link was not opened yet
	Denied                      // a password or an access key is not accepted
	PasswordExpired             // the password is right, and must be replaced
)

var kindWords = [...]string{
	"failed", "cannot be reached", "no reply, the outcome is unknown", "service unavailable",
	"unreadable reply", "rate limited", "wrong code", "code expired", "too many tries", "user exists",
	"user not found", "refused", "session ended by the server", "not signed in", "a factor is missing", "configuration",
	"security check failed", "store failed", "no refresh token", "not sent",
	"the link was not opened yet", "denied", "password expired",
}

func (k Kind) Error() string {
	if k < 0 || int(k) >= len(kindWords) {
		return kindWords[Other]
	}
	return kindWords[k]
}

// Error is the one error type of this package. It never holds a secret. Its
// text is one line, harmless for a terminal; that of Err alone may not be.
type Error struct {
	Op                         string        // what was tried: "totp verify"
	Kind                       Kind          // what it means
	Status                     int           // HTTP status, 0 when there was no reply
	Code, Description, Message Text          // Descope's error body
	TraceID                    Text          // CF-Ray of the reply
	RetryAfter                 time.Duration // 1 s to 300 s, set when RateLimited
	NotSent                    bool          // what was tried cannot have left this machine: it failed before
	Err                        error         // the cause, may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op + ": " + e.Kind.Error())
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	for _, t := range []Text{e.Code, e.Description, e.Message} {
		if t != "" {
			b.WriteString(": " + string(t))
		}
	}
	if e.Err != nil {
		b.WriteString(": " + string(Clean(e.Err.Error()))) // a proxy or a certificate may have had its say in it
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Is lets errors.Is compare with a Kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// KindOf returns the kind of the first Error in err's chain, else Other.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Other
}

// codeKinds are the Descope error codes that a caller can act upon
// (descope/go-sdk, descope/errors.go; descope.com error tables).
var codeKinds = map[Text]Kind{
	"E011008": Misconfigured, // project not found
	"E071001": Misconfigured, // invalid project id
	"E061005": Ended,         // invalid token
	"E061102": WrongCode,
	"E061103": TooManyTries,
	"E061104": CodeExpired,
	"E062107": UserExists,
	"E062108": UserUnknown,
	"E062503": Pending,
	"E062504": CodeExpired, // of a link
	"E062802": Denied,      // access key missing
	"E062803": Denied,      // access key invalid
	"E062903": Denied,      // password sign-in failed
	"E062909": PasswordExpired,
	"E064001": Ended, // ended by logout or revocation
	"E130429": RateLimited,
}
