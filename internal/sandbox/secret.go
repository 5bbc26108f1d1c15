package sandbox

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"

	"golang.org/x/crypto/scrypt"
)

// Two milliseconds of work: an answer must not be slow, and the state lies in
// its owner's own directory.
const (
	scryptCost  = 1 << 10 // N
	scryptBlock = 8       // r
	sumLength   = 32      // bytes
	saltLength  = 16      // bytes
)

// hashed is what the state keeps of secrets that people type: their scrypt
// sums (RFC 7914) under one salt. A nil one accepts nothing.
type hashed struct {
	Salt []byte
	Sums [][]byte
}

func hash(secrets ...string) (*hashed, error) {
	h := &hashed{Salt: make([]byte, saltLength)}
	rand.Read(h.Salt) // never fails (crypto/rand)
	for _, secret := range secrets {
		sum, err := h.sum(secret)
		if err != nil {
			return nil, err
		}
		h.Sums = append(h.Sums, sum)
	}
	return h, nil
}

func (h *hashed) sum(secret string) ([]byte, error) {
	sum, err := scrypt.Key([]byte(secret), h.Salt, scryptCost, scryptBlock, 1, sumLength)
	if err != nil {
		return nil, fmt.Errorf("hash secret: %w", err)
	}
	return sum, nil
}

// find returns which of the secrets this is, and -1 for none. It takes as long
// for nil.
func (h *hashed) find(secret string) (int, error) {
	if h == nil {
		h = &hashed{}
	}
	sum, err := h.sum(secret)
	if err != nil {
		return -1, err
	}
	found := -1
	for i, s := range h.Sums {
		if subtle.ConstantTimeCompare(s, sum) == 1 {
			found = i
		}
	}
	return found, nil
}
