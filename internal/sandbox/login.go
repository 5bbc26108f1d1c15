package sandbox

import (
	"encoding/json"
	"slices"
)

// loginOptions is the object of that name in sign-in and verify bodies; its
// zero value stands for one that is missing or null. Fields that the sandbox
// has no use for (templates, locale, application) are accepted and ignored.
type loginOptions struct {
	StepUp              bool                       `json:"stepup"`
	MFA                 bool                       `json:"mfa"`
	CustomClaims        map[string]json.RawMessage `json:"customClaims"`
	TenantID            string                     `json:"tenantId"`
	RevokeOtherSessions bool                       `json:"revokeOtherSessions"`
}

// check refuses custom claims that would pose as one of the service's own.
func (o *loginOptions) check() error {
	for _, name := range reservedClaims {
		if _, ok := o.CustomClaims[name]; ok {
			return refuse(codeArgument, "An argument is invalid", "The custom claim "+name+" is reserved")
		}
	}
	return nil
}

// apply carries the options over to a session.
func (s *session) apply(o *loginOptions) {
	for name, value := range o.CustomClaims {
		if s.Claims == nil {
			s.Claims = map[string]json.RawMessage{}
		}
		s.Claims[name] = value
	}
	if o.TenantID != "" {
		s.Tenant = o.TenantID
	}
}

func (p *person) memberOf(tenant string) bool {
	return slices.ContainsFunc(p.Tenants, func(t tenancy) bool { return t.ID == tenant })
}

func (p *person) hasLogin(id string) bool { return slices.Contains(p.LoginIDs, id) }

// codeIn is the body of a sign-in that is one call.
type codeIn struct {
	LoginID string       `json:"loginId"`
	Code    string       `json:"code"`
	Options loginOptions `json:"loginOptions"`
}

// readCode reads such a body, which must name a user and a code.
func (c *call) readCode() (in codeIn, err error) {
	if err := c.decode(&in); err != nil {
		return in, err
	}
	if err := checkLoginID(in.LoginID); err != nil {
		return in, err
	}
	if in.Code == "" {
		return in, missing("code")
	}
	return in, nil
}
