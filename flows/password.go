package flows

import (
	"context"
	"fmt"

	"postern/client"
)

// PasswordAuthority is the part of an Authority that knows passwords.
type PasswordAuthority interface {
	PasswordPolicy(ctx context.Context) (client.PasswordPolicy, error)
	SignUpPassword(ctx context.Context, loginID string, password client.Secret, user client.NewUser, o client.LoginOptions) (*client.Session, error)
	ResetPassword(ctx context.Context, loginID string) (client.Method, client.Sent, error)
	SetPassword(ctx context.Context, on *client.Session, fresh client.Secret) error
	ReplacePassword(ctx context.Context, loginID string, old, fresh client.Secret) (*client.Session, error)
}

type (
	// LearnPolicy asks what the project wants of a new password.
	LearnPolicy struct{}
	// SignUpPassword signs somebody new up with a password.
	SignUpPassword struct {
		LoginID  string
		Password client.Secret
		User     client.NewUser
		Options  client.LoginOptions
	}
	// ReplacePassword sets a new password by the old one, and signs in.
	ReplacePassword struct {
		LoginID    string
		Old, Fresh client.Secret
	}
	// SetPassword gives the person of a session a new password.
	SetPassword struct {
		On    *client.Session
		Fresh client.Secret
	}
)

func (LearnPolicy) request()     {}
func (SignUpPassword) request()  {}
func (ReplacePassword) request() {}
func (SetPassword) request()     {}

type (
	// Learned brings the project's policy.
	Learned struct{ Policy client.PasswordPolicy }
	// PasswordSet says that the new password counts.
	PasswordSet struct{}
)

func (Learned) result()     {}
func (PasswordSet) result() {}

// Wanted shows what a new password needs.
type Wanted struct{ client.PasswordPolicy }

func (Wanted) show() {}

// Weak is a new password that lacks some of what the project wants.
type Weak struct {
	Policy client.PasswordPolicy
	Lacks  []client.Rule
}

func (e Weak) Error() string {
	return fmt.Sprintf("the password lacks %d of what is wanted", len(e.Lacks))
}
