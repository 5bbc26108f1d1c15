package sandbox

import "crypto/subtle"

// verifyOTP answers POST /v1/auth/otp/verify/<channel>, which finishes a
// sign-up, a sign-in and a change of address.
func verifyOTP(ch channel) handler {
	return func(c *call) (any, error) {
		var in struct {
			LoginID string `json:"loginId"`
			Code    string `json:"code"`
		}
		if err := c.decode(&in); err != nil {
			return nil, err
		}
		if err := checkLoginID(in.LoginID); err != nil {
			return nil, err
		}
		if in.Code == "" {
			return nil, missing("code")
		}
		p, found, err := c.personByLogin(in.LoginID)
		if err != nil {
			return nil, err
		}
		if _, sent := p.Codes[ch]; !found || !p.Finished && !sent {
			return nil, refuse(codeNoUser, "The user was not found", "")
		}
		if p.Status != statusEnabled {
			return nil, disabled()
		}
		sent, err := c.checkOTP(ch, &p, in.Code)
		if err != nil {
			return nil, err
		}
		return c.enter(ch, &p, sent)
	}
}

// checkOTP compares a code with the newest one sent, and spends it.
func (c *call) checkOTP(ch channel, p *person, code string) (delivered, error) {
	sent, ok := p.Codes[ch]
	switch {
	case !ok:
		return sent, refuse(codeWrongCode, "The code is wrong", "")
	case !c.now.Before(sent.Until):
		return sent, refuse(codeExpired, "The code has expired", "")
	case sent.Tries >= maxTries:
		return sent, refuse(codeTries, "Too many wrong codes", "Ask for a new code")
	case subtle.ConstantTimeCompare([]byte(sent.Code), []byte(code)) == 0:
		sent.Tries++
		p.Codes[ch] = sent
		if err := c.save(*p); err != nil {
			return sent, err
		}
		return sent, refuse(codeWrongCode, "The code is wrong", "")
	}
	delete(p.Codes, ch)
	return sent, c.save(*p)
}

// enter signs in after a good code or link.
func (c *call) enter(ch channel, p *person, sent delivered) (any, error) {
	var on *session
	if sent.Session != "" {
		s, err := c.session(p.ID, sent.Session)
		if err != nil {
			return nil, err
		}
		on = &s
	}
	if sent.Change != nil {
		if err := c.changeAddress(ch, p, sent.Change); err != nil {
			return nil, err
		}
		if !sent.Options.MFA {
			on.AMR = nil // the new factor replaces those before it
		}
		sent.Options.MFA = true
	}
	p.proveAddress(ch, sent.To)
	return c.admit(p, on, c.factor(ch), &sent.Options)
}

// proveAddress marks an address as the user's own once a code or link sent
// there came back.
func (p *person) proveAddress(ch channel, to string) {
	switch {
	case to == "" || to != ch.of(p.Profile): // a generated code, or an address changed since
	case ch == byEmail:
		p.VerifiedEmail = true
	default:
		p.VerifiedPhone = true
	}
}
