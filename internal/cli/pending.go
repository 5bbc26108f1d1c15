package cli

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"postern/client"
	"postern/flows"
	"postern/keychain"
)

// pending is a sign-up that asked for a key: the file that is left when nobody
// saw its end. It holds no secret.
type pending struct {
	LoginID string    `json:"login_id"`
	At      time.Time `json:"at"`
}

// enroller writes down which sign-up is on its way, before its key is asked
// for: whatever happens then, the next run can tell.
type enroller struct {
	*client.Client
	place *place
}

// SignUp implements flows.Authority.
func (e enroller) SignUp(ctx context.Context, loginID string, u client.NewUser) (*client.Enrollment, error) {
	// A note that cannot be written is no reason not to sign up.
	_ = e.place.begin(pending{loginID, time.Now()})
	key, err := e.Client.SignUp(ctx, loginID, u)
	switch client.KindOf(err) {
	case client.UserExists, client.Unreachable, client.LocalReject, client.Refused, client.RateLimited:
		if err != nil {
			_ = e.place.unbegin() // there is none
		}
	}
	return key, err
}

func (p *place) pendings() *keychain.Files {
	return keychain.NewFiles(filepath.Join(p.paths.state, "pending"))
}

func (p *place) pendingName() string { return strings.ReplaceAll(p.accountID(), ":", "-") + ".json" }

func (p *place) begin(b pending) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return p.pendings().Save(p.pendingName(), text)
}

// unbegin forgets it: somebody is signed in, so the sign-up is over or given up.
func (p *place) unbegin() error { return p.pendings().Delete(p.pendingName()) }

// begun is a sign-up that was not seen to end, nil for none.
func (p *place) begun() *flows.Begun {
	text, err := p.pendings().Load(p.pendingName())
	if err != nil {
		return nil
	}
	var b pending
	if json.Unmarshal(text, &b) != nil || b.LoginID == "" {
		return nil
	}
	return &flows.Begun{LoginID: b.LoginID, At: b.At}
}
