package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	bolt "go.etcd.io/bbolt"
)

const signerBits = 2048 // what RS256 asks for at least (RFC 7518 §3.3)

// signer is the project's signing key.
type signer struct {
	KID string
	DER []byte // PKCS #8

	key *rsa.PrivateKey
}

func newSigner() (*signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, signerBits)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	return &signer{KID: newID("SK", idLength+1), DER: der, key: key}, nil
}

// jwk is the public half as published at the key endpoints.
func (k *signer) jwk() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.key.Public(), KeyID: k.KID, Algorithm: string(jose.RS256), Use: "sig"}
}

// ensureSigner makes the signing key at its first use. Making it takes a
// tenth of a second or more, so it happens outside the lock, and whoever
// stores first wins.
func (s *Sandbox) ensureSigner(ctx context.Context) error {
	s.mu.Lock()
	known := s.signer != nil
	s.mu.Unlock()
	if known {
		return nil
	}
	err := s.store.view(ctx, func(tx *bolt.Tx) error {
		_, err := s.currentSigner(tx)
		return err
	})
	if !errors.Is(err, errNoSigner) {
		return err
	}
	fresh, err := newSigner()
	if err != nil {
		return err
	}
	return s.store.update(ctx, func(tx *bolt.Tx) error {
		if _, err := s.currentSigner(tx); !errors.Is(err, errNoSigner) {
			return err
		}
		return put(tx, metaBucket, signerKey, fresh)
	})
}

var errNoSigner = errors.New("no signing key yet")

// currentSigner returns the key in the state. Parsing it is slow, so the last
// one is remembered; another process may have replaced it (see Reset).
func (s *Sandbox) currentSigner(tx *bolt.Tx) (*signer, error) {
	var stored signer
	found, err := get(tx, metaBucket, signerKey, &stored)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNoSigner
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signer != nil && s.signer.KID == stored.KID {
		return s.signer, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(stored.DER)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read signing key: got %T, want an RSA key", key)
	}
	stored.key = rsaKey
	s.signer = &stored
	return s.signer, nil
}

// publishKeys answers GET /v2/keys/<projectId>.
func publishKeys(c *call) (any, error) {
	k, err := c.box.currentSigner(c.tx)
	if err != nil {
		return nil, err
	}
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.jwk()}}, nil
}

// publishBareKeys answers GET /v1/keys/<projectId>, the older form.
func publishBareKeys(c *call) (any, error) {
	k, err := c.box.currentSigner(c.tx)
	if err != nil {
		return nil, err
	}
	return []jose.JSONWebKey{k.jwk()}, nil
}
