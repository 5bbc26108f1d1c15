package sandbox

import (
	"crypto/rand"
	"slices"
	"strings"
)

// recoveryCodes adds the calls that have to do with recovery codes.
func (t routeTable) recoveryCodes() {
	t.post("/v1/auth/recovery-codes", holder, generateRecoveryCodes)
	t.post("/v1/auth/recovery-codes/signin", visitor, signInRecovery)
	t.post("/v1/mgmt/user/recovery-codes/delete", manager, deleteRecoveryCodes)
}

// recoveryFactor is sandbox behaviour: what the service writes into "amr" is
// not public.
const recoveryFactor = "recovery"

const (
	recoverySet    = 10                                 // codes: the service's default
	recoveryLength = 10                                 // characters, 50 bits: sandbox behaviour
	recoveryDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // no I, L, O and U: nobody confuses them on paper
)

type recoveryCode struct {
	Code string `json:"code"`
}

// generateRecoveryCodes answers POST /v1/auth/recovery-codes. The codes are
// shown this once, and those of before are cancelled.
func generateRecoveryCodes(c *call) (any, error) {
	_, p, _, err := c.ownLogin()
	if err != nil {
		return nil, err
	}
	out := struct {
		Codes []recoveryCode `json:"codes"`
	}{}
	var bare []string
	for range recoverySet {
		code := newRecoveryCode()
		bare = append(bare, code)
		out.Codes = append(out.Codes, recoveryCode{code[:recoveryLength/2] + "-" + code[recoveryLength/2:]})
	}
	if p.Recovery, err = hash(bare...); err != nil {
		return nil, err
	}
	return out, c.save(p)
}

func newRecoveryCode() string {
	code := make([]byte, recoveryLength)
	rand.Read(code) // never fails (crypto/rand)
	for i, b := range code {
		code[i] = recoveryDigits[int(b)%len(recoveryDigits)] // 32 divides 256
	}
	return string(code)
}

// typed is a recovery code without what people add or change when they type:
// spaces, dashes and lower case.
func typed(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// signInRecovery answers POST /v1/auth/recovery-codes/signin. A code is good
// once.
func signInRecovery(c *call) (any, error) {
	in, err := c.readCode()
	if err != nil {
		return nil, err
	}
	p, found, err := c.personByLogin(in.LoginID)
	if err != nil {
		return nil, err
	}
	if !found || !p.Finished {
		return nil, refuse(codeNoUser, "The user was not found", "")
	}
	on, err := c.mayEnter(&in.Options, p) // before the code, which is spent by looking at it
	if err != nil {
		return nil, err
	}
	i, err := p.Recovery.find(typed(in.Code))
	if err != nil {
		return nil, err
	}
	if err := c.attempt(&p, wrongCode(), func() bool { return i >= 0 }); err != nil {
		return nil, err
	}
	p.Recovery.Sums = slices.Delete(p.Recovery.Sums, i, i+1)
	return c.admit(&p, on, recoveryFactor, &in.Options)
}

// deleteRecoveryCodes answers POST /v1/mgmt/user/recovery-codes/delete.
func deleteRecoveryCodes(c *call) (any, error) {
	p, _, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	p.Recovery = nil
	return struct{}{}, c.save(p)
}
