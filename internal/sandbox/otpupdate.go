package sandbox

import "strings"

// update answers POST /v1/auth/<method>/update/email and
// /v1/auth/<method>/update/phone/<channel>. The new address counts once the
// code or link sent there is verified by the same method. Users are never merged (sandbox
// behaviour): a login id that another user has is refused.
func (send sender) update(ch channel) handler {
	return func(c *call) (any, error) {
		var in struct {
			Email         string `json:"email"`
			Phone         string `json:"phone"`
			AddToLoginIDs bool   `json:"addToLoginIDs"`
			MFA           bool   `json:"mfa"` // keep the factors of the session and add this one
		}
		if err := c.decode(&in); err != nil {
			return nil, err
		}
		s, p, loginID, err := c.ownLogin()
		if err != nil {
			return nil, err
		}
		to := strings.TrimSpace(ch.of(profile{Email: in.Email, Phone: in.Phone}))
		if !ch.reaches(to) {
			return nil, ch.unreachable()
		}
		if in.AddToLoginIDs {
			if _, err := c.loginHolder(p, to); err != nil {
				return nil, err
			}
		}
		return send(c, ch, p, loginID, delivered{
			To: to, Session: s.ID, Options: loginOptions{MFA: in.MFA},
			Change: &change{Address: to, LoginID: in.AddToLoginIDs},
		})
	}
}

// loginHolder returns the id of the unfinished sign-up that holds a login id
// which p wants, "" if nobody does; a finished user is not disturbed.
func (c *call) loginHolder(p person, loginID string) (string, error) {
	other, found, err := c.personByLogin(loginID)
	if err != nil || !found || other.ID == p.ID {
		return "", err
	}
	if other.Finished {
		return "", refuse(codeExists, "The user already exists", "")
	}
	return other.ID, nil
}

// changeAddress carries out what an update call asked for.
func (c *call) changeAddress(ch channel, p *person, to *change) error {
	ch.set(&p.Profile, to.Address)
	if !to.LoginID || p.hasLogin(to.Address) {
		return nil
	}
	unfinished, err := c.loginHolder(*p, to.Address)
	if err != nil {
		return err
	}
	if unfinished != "" {
		if err := c.forget(unfinished); err != nil {
			return err
		}
	}
	p.LoginIDs = append(p.LoginIDs, to.Address)
	return nil
}
