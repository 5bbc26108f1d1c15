package cli

import "postern/client"

// enough reports whether a session has the factors that the profile requires.
func (s settings) enough(of *client.Session) bool { return !s.RequireMFA || of.Claims().MFA() }

// mayLeave is the error of a session that is stored and whose token is not
// given out: it is older than what the profile requires, or has lost a factor
// at the service. It stays stored, because the factor goes on top of it.
func (s settings) mayLeave(of *client.Session) error {
	switch {
	case s.enough(of):
		return nil
	case of.ByKey():
		return keyIsOneFactor()
	}
	return tooFewFactors("this session", "Add one", "mfa", "verify")
}

// notKept is the error of a session that is not stored for want of a factor.
func notKept() error {
	return tooFewFactors(`The profile requires a second factor (require = ["mfa"]), and this session has none.`, "Nothing was stored. Sign in with two", "login")
}

// keyIsOneFactor is the error of an access key, which is no person's.
func keyIsOneFactor() error {
	return tooFewFactors(`The profile requires a second factor (require = ["mfa"]), and an access key has none.`, "Sign in as a person, with two", "login", "--force")
}

func tooFewFactors(what, do string, next ...string) error {
	return &problem{
		exit: exitFactor, what: what, do: do, next: next, err: &client.Error{Op: "second factor", Kind: client.FactorNeeded},
	}
}
