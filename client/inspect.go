package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// Signature says what is known of a token's signature.
type Signature int

const (
	SignatureBad     Signature = iota // it does not fit, or its form is wrong
	SignatureUnknown                  // the key that it names is not in the key set that is here
	SignatureGood                     // made with a key of the project
)

// Inspection is a stored session token taken apart, good or not. It does not
// hold the token.
type Inspection struct {
	Algorithm, KeyID Text
	Kind             Text // the claim drn: DS is a session token
	Signature        Signature
	Claims           json.RawMessage // as they stand in the token, to be trusted when Fault is nil
	Fault            error           // why this token would not be used now, of kind Untrusted; nil: it would
}

// Inspect takes the stored session token apart. It sends no request; found is
// false when there is no token here, as when the last one was lost or replaced.
// The error is of kind NotSignedIn when there is no account either.
func (a *Account) Inspect(ctx context.Context) (in Inspection, found bool, err error) {
	rec, err := a.load(ctx)
	if err != nil {
		return in, false, err
	}
	sealed, err := a.cache.Load(a.cacheName())
	if err != nil {
		return in, false, nil
	}
	token, err := rec.unseal(sealed)
	if err != nil {
		return in, false, nil
	}
	head, claims, err := takeApart(token)
	if err != nil {
		return in, false, &Error{Op: "inspect", Kind: Untrusted, Err: err}
	}
	in = Inspection{Algorithm: head.Alg, KeyID: head.Kid, Claims: claims}
	var kind struct {
		Drn Text `json:"drn"`
	}
	_ = json.Unmarshal(claims, &kind)
	in.Kind = kind.Drn
	switch _, err := verified(ctx, a.client.knownKey, token.Reveal()); {
	case err == nil:
		in.Signature = SignatureGood
	case errors.Is(err, errUnknownKey):
		in.Signature = SignatureUnknown
	}
	_, in.Fault = a.client.checkWith(ctx, a.client.knownKey, token, rec.kinds())
	return in, true, nil
}

type tokenHead struct {
	Alg Text `json:"alg"`
	Kid Text `json:"kid"`
}

// takeApart reads header and claims without believing them.
func takeApart(token Secret) (head tokenHead, claims json.RawMessage, err error) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return head, nil, errors.New("not three parts")
	}
	var decoded [2][]byte
	for i := range decoded {
		if decoded[i], err = base64.RawURLEncoding.DecodeString(parts[i]); err != nil || !json.Valid(decoded[i]) {
			return head, nil, errors.New("not a JWT")
		}
	}
	if err := json.Unmarshal(decoded[0], &head); err != nil {
		return head, nil, errors.New("not a JWT")
	}
	return head, decoded[1], nil
}
