package client

import (
	"context"
	"errors"
	"strings"
	"unicode"
)

// NewUser is what a person may say about themselves at sign-up. All optional.
type NewUser struct {
	Name       string `json:"name,omitempty"`
	GivenName  string `json:"givenName,omitempty"`
	MiddleName string `json:"middleName,omitempty"`
	FamilyName string `json:"familyName,omitempty"`
	Email      string `json:"email,omitempty"`
	Phone      string `json:"phone,omitempty"` // E.164
}

// User is a user of the project, as the server tells it.
type User struct {
	LoginIDs      []Text `json:"loginIds"`
	UserID        Text   `json:"userId"`
	Name          Text   `json:"name"`
	Email         Text   `json:"email"`
	VerifiedEmail bool   `json:"verifiedEmail"`
	Phone         Text   `json:"phone"`
	VerifiedPhone bool   `json:"verifiedPhone"`
	Status        Text   `json:"status"`
	TOTP          bool   `json:"TOTP"`     // an authenticator is registered
	Password      bool   `json:"password"` // one is set
}

// goesBy reports whether the user shares an email, phone or login ID with what
// a person typed: case folded, phones compared by their digits.
func (u *User) goesBy(typed string) bool {
	if u == nil {
		return false
	}
	for _, known := range append([]Text{u.Email, u.Phone}, u.LoginIDs...) {
		if known != "" && sameAddress(string(known), typed) {
			return true
		}
	}
	return false
}

func sameAddress(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if strings.EqualFold(a, b) {
		return true
	}
	pa, okA := phoneDigits(a)
	pb, okB := phoneDigits(b)
	return okA && okB && pa == pb
}

// plainAddress is the same for whatever sameAddress takes for the same.
func plainAddress(s string) string {
	if digits, ok := phoneDigits(s); ok {
		return digits
	}
	return strings.ToLower(strings.ToUpper(strings.TrimSpace(s))) // both: there are letters with two small forms
}

// phoneDigits returns the digits of what looks like a phone number in E.164,
// with or without the plus (ITU-T E.164: at most 15 digits).
func phoneDigits(s string) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("+-.()", r) || unicode.IsSpace(r):
		default:
			return "", false
		}
	}
	return b.String(), b.Len() >= 7 && b.Len() <= 15
}

// Me asks the server who the refresh token belongs to.
func (c *Client) Me(ctx context.Context, refresh Secret) (*User, error) {
	const op = "me"
	if refresh.Empty() {
		return nil, nothingToSend(op, noRefreshToken)
	}
	rep, err := c.do(ctx, request{op: op, method: "GET", path: "/v1/auth/me", bearer: refresh})
	if err != nil {
		return nil, err
	}
	var u User
	if err := decodeStrict(rep.body, &u); err != nil {
		return nil, &Error{Op: op, Kind: Unreadable, Err: err}
	}
	if u.UserID == "" {
		return nil, &Error{Op: op, Kind: Unreadable, Err: errors.New("no user in it")}
	}
	return &u, nil
}
