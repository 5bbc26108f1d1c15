package sandbox

import "time"

const (
	maxTries = 5                // wrong codes before a pause: sandbox behaviour
	lockTime = 60 * time.Second // the pause
)

// attempt asks whether a code or a password is good, and keeps count of the
// wrong ones, which are answered with wrong. Sandbox behaviour: a user has one
// count for authenticator, password and recovery codes, and after too many a
// pause in which nothing is looked at. The user is saved here only when it was
// wrong.
func (c *call) attempt(p *person, wrong *refusal, good func() bool) error {
	if c.now.Before(p.LockedUntil) {
		return refuse(codeTries, "Too many wrong codes", "Try again in a minute")
	}
	if good() {
		p.WrongTries = 0
		return nil
	}
	p.WrongTries++
	if p.WrongTries >= maxTries {
		p.WrongTries, p.LockedUntil = 0, c.now.Add(lockTime)
	}
	if err := c.save(*p); err != nil {
		return err
	}
	return wrong
}

func wrongCode() *refusal { return refuse(codeWrongCode, "The code is wrong", "") }
