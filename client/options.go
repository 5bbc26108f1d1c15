package client

// LoginOptions go with a sign-in. The zero value asks for nothing special.
type LoginOptions struct {
	Claims          map[string]any    // extra claims: strings, numbers, bools
	TemplateOptions map[string]string // values for the message
	TemplateID      string
	Tenant          string
	RevokeOthers    bool // end the user's other sessions
	MFA             bool // add this factor to the session that it goes on top of
	StepUp          bool // raise that session for a while
}

// wireOptions are LoginOptions on the wire (descope/go-sdk, descope/types.go).
type wireOptions struct {
	StepUp          bool              `json:"stepup,omitempty"`
	MFA             bool              `json:"mfa,omitempty"`
	Claims          map[string]any    `json:"customClaims,omitempty"`
	TemplateID      string            `json:"templateId,omitempty"`
	TemplateOptions map[string]string `json:"templateOptions,omitempty"`
	Tenant          string            `json:"tenantId,omitempty"`
	RevokeOthers    bool              `json:"revokeOtherSessions,omitempty"`
}

func (o LoginOptions) wire() wireOptions {
	return wireOptions{o.StepUp, o.MFA, o.Claims, o.TemplateID, o.TemplateOptions, o.Tenant, o.RevokeOthers}
}

func (w wireOptions) empty() bool {
	return !w.StepUp && !w.MFA && len(w.Claims) == 0 && w.TemplateID == "" && len(w.TemplateOptions) == 0 &&
		w.Tenant == "" && !w.RevokeOthers
}

// signUpWire leaves out what means nothing at a sign-up.
func (o LoginOptions) signUpWire() wireOptions {
	w := o.wire()
	w.StepUp, w.MFA, w.RevokeOthers = false, false, false
	return w
}

// bearer is the refresh token that goes with these options: with MFA or
// StepUp, and only then (descope/go-sdk, internal/auth/otp.go).
func (o LoginOptions) bearer(op string, on *Session) (Secret, error) {
	if !o.MFA && !o.StepUp {
		return "", nil
	}
	return on.stays(op)
}

// stays returns the refresh token for a call on behalf of a session.
func (s *Session) stays(op string) (Secret, error) {
	switch {
	case s == nil || !s.CanStay():
		return "", nothingToSend(op, noRefreshToken)
	case s.byKey:
		return "", nothingToSend(op, "an access key is signed in, which is no person")
	}
	return s.refresh, nil
}

// onTopOf finishes a sign-in that was to raise the session on: the same user,
// and that session's refresh token where the reply has none of its own.
func (s *Session) onTopOf(op string, on *Session) error {
	if on == nil {
		return nil
	}
	if s.claims.UserID != on.claims.UserID {
		return &Error{Op: op, Kind: Untrusted, Err: errOtherUser}
	}
	if s.refresh.Empty() {
		s.refresh, s.refreshBy = on.refresh, on.refreshBy
	}
	s.from = on.refresh
	if s.user == nil {
		s.user = on.user
	}
	if s.loginID == "" {
		s.loginID = on.loginID
	}
	return nil
}
