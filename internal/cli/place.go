package cli

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"postern/client"
	"postern/flows"
	"postern/internal/sandbox"
	"postern/keychain"
)

// sandboxBase is the base URL of the sandbox in process: no port is opened,
// but an http URL must be loopback's.
const sandboxBase = "http://127.0.0.1"

// promptWait is how long a visible unlock dialog may stay open.
const promptWait = 60 * time.Second

// place is a project with everything to sign in to it.
type place struct {
	settings
	client  *client.Client
	sandbox *sandbox.Sandbox // nil for a real project
	where   flows.Where
	memory  *keychain.Memory

	keyring    *keychain.Keyring
	kernel     *keychain.Sealed
	passphrase *keychain.Sealed
	keyFile    *keychain.Sealed // nil where no key file is named
	typed      *typed
	// hidden begins to ask who is at the terminal, where mayAsk says so. It is nil
	// where a screen asks.
	hidden func() (*hidden, error)
	mayAsk func() bool
}

// open plugs the parts together. It opens no connection.
func (a *app) open(interactive bool) (*place, error) { return a.openFor(interactive, nil) }

// openFor is open for tokens of these audiences, where some are named.
func (a *app) openFor(interactive bool, audience []string) (*place, error) {
	s, err := a.settings(interactive)
	if err != nil {
		return nil, err
	}
	if len(audience) > 0 {
		s.audience = audience
	}
	return a.openAt(s, interactive)
}

// openAt is open where it is known what is configured.
func (a *app) openAt(s settings, interactive bool) (p *place, err error) {
	dirs := keychain.Dirs{State: s.paths.state, Runtime: s.paths.runtime}
	p = &place{
		settings: s, where: a.whereAmI(), memory: keychain.NewMemory(), typed: &typed{},
		keyring: keychain.NewKeyring("postern", dirs), kernel: keychain.NewKernel(dirs),
	}
	p.passphrase = keychain.NewPassphrase(dirs, p.typed.ask)
	if s.keyFile.value != "" {
		p.keyFile = keychain.NewKeyFile(dirs, s.keyFile.value)
	}
	p.hidden = a.openHidden
	p.mayAsk = func() bool { return a.getenv("CI") == "" && a.interactive() }
	if interactive {
		p.keyring.Patience = promptWait
	}
	var inside http.RoundTripper
	if s.sandbox() {
		if p.sandbox, err = openState(sandbox.Options{Dir: s.sandboxDir()}); err != nil {
			return nil, err
		}
		inside = p.sandbox
		p.projectID, p.baseURL = setting{p.sandbox.ProjectID(), "sandbox"}, setting{sandboxBase, "sandbox"}
	}
	project, err := p.project()
	if err != nil {
		return nil, err
	}
	key, err := p.authKey(project)
	if err != nil {
		return nil, err
	}
	log, err := a.debugLog()
	if err != nil {
		return nil, err
	}
	p.client = client.New(client.Config{
		Project: project, Version: Version, Transport: inside, Log: log, AuthKey: key,
		Keys: keychain.NewFiles(filepath.Join(s.paths.cache, "keys")),
	})
	return p, nil
}

func (s settings) sandboxDir() string { return filepath.Join(s.paths.state, "sandbox") }

// host is what stands beside a code field.
func (p *place) host() string {
	if p.sandbox != nil {
		return "the sandbox"
	}
	return p.client.Project().Host()
}

// account returns the profile's account in a store.
func (p *place) account(store string) *client.Account {
	if store == storeNone {
		return client.NewAccount(p.client, p.profile.value, p.memory, memoryCache{})
	}
	return client.NewAccount(p.client, p.profile.value, p.vault(store), keychain.NewFiles(filepath.Join(p.paths.state, "sessions")))
}

// vault is a store as a command uses it.
func (p *place) vault(store string) client.Vault {
	if store == storePassphrase && p.hidden != nil {
		return asking{p.passphrase, p}
	}
	return p.raw(store)
}

// raw is a store that asks nobody.
func (p *place) raw(store string) client.Vault {
	if s := p.sealed(store); s != nil {
		return s
	}
	return p.keyring
}

// sealed is a store of sealed files, nil for another one.
func (p *place) sealed(store string) *keychain.Sealed {
	switch store {
	case storeKernel:
		return p.kernel
	case storePassphrase:
		return p.passphrase
	case storeKeyFile:
		return p.keyFile
	}
	return nil
}

// accountID names the records of the profile.
func (p *place) accountID() string { return p.client.Project().Account(p.profile.value) }

// memoryCache keeps nothing: a session that is not stored is not cached.
type memoryCache struct{}

func (memoryCache) Load(string) ([]byte, error) { return nil, errNoCache }
func (memoryCache) Save(string, []byte) error   { return nil }
func (memoryCache) Delete(string) error         { return nil }

var errNoCache = errors.New("nothing is cached")

// current returns the account where its session is, or would be: the store
// that was asked for, or pinned, or the keyring.
func (p *place) current() (*client.Account, string) {
	store := p.chosen().value
	return p.account(store), store
}

// chosen is the store in use, and by what it was chosen.
func (s settings) chosen() setting {
	pinned := s.state.Stores[s.profile.value]
	switch {
	case s.store.value != storeAuto:
		return s.store
	case pinned != "":
		return setting{pinned, "the first sign-in, or store set"}
	}
	return setting{storeKeyring, "default"}
}

// unpinned turns "there is no keyring here" into "not signed in" where no
// session was ever stored.
func (p *place) unpinned(err error) error {
	if keychain.StateOf(err) == keychain.Absent && p.state.Stores[p.profile.value] == "" && p.store.value == storeAuto {
		return &client.Error{Op: "account", Kind: client.NotSignedIn}
	}
	return p.trouble(err)
}

// phone is the sandbox's stand-in for a phone.
type phone struct{ *sandbox.Sandbox }

func (p phone) Code(ctx context.Context, loginID string) (string, error) {
	code, _, err := p.Sandbox.Code(ctx, loginID)
	return code, err
}

// Link implements ui.Phone.
func (p phone) Link(ctx context.Context, loginID string) (string, error) {
	messages, err := p.Sandbox.Inbox(ctx)
	if err != nil {
		return "", err
	}
	for _, m := range messages {
		if m.Kind != sandbox.EnchantedMessage && m.Link != "" && strings.EqualFold(m.LoginID, loginID) {
			return m.Link, nil
		}
	}
	return "", sandbox.ErrNoLink
}

func (p phone) Inbox(ctx context.Context) ([]string, error) {
	messages, err := p.Sandbox.Inbox(ctx)
	var lines []string
	for _, m := range messages {
		lines = append(lines, messageLine(m))
	}
	return lines, err
}
