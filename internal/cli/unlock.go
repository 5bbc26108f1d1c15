package cli

import (
	"context"
	"errors"
	"os"
	"sync"
	"unicode/utf8"

	"postern/client"
	"postern/flows"
	"postern/keychain"
	"postern/ui"
)

// typed holds a passphrase for the moment in which the store asks for it: the
// person is asked before, where it fits.
type typed struct {
	mu   sync.Mutex
	text client.Secret
}

// ask is the store's question.
func (t *typed) ask(context.Context, bool) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text.Empty() {
		return "", errNobodyTyped
	}
	return t.text.Reveal(), nil
}

func (t *typed) set(text client.Secret) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = text
}

// unlock opens the passphrase store, or closes it with a first passphrase.
func (p *place) unlock(ctx context.Context, passphrase client.Secret) error {
	p.typed.set(passphrase)
	defer p.typed.set("")
	if err := p.passphrase.Unlock(ctx); err != nil {
		return &client.Error{Op: "unlock", Kind: client.StoreFailed, Err: err}
	}
	return nil
}

// asking is the passphrase store in a command without screens: who is at the
// terminal is asked when it is needed, and before any lock is held that others
// wait for.
type asking struct {
	*keychain.Sealed
	place *place
}

func (v asking) Ready(ctx context.Context) error {
	return v.try(ctx, func() error { return v.Sealed.Ready(ctx) })
}

func (v asking) Lock(ctx context.Context, account string) (func(), error) {
	_, err := v.Load(ctx, account)
	if errors.Is(err, keychain.ErrPassphraseNeeded) || errors.Is(err, keychain.ErrPassphrase) {
		return nil, err
	}
	return v.Sealed.Lock(ctx, account)
}

func (v asking) Load(ctx context.Context, account string) (record []byte, err error) {
	err = v.try(ctx, func() (err error) { record, err = v.Sealed.Load(ctx, account); return err })
	return record, err
}

func (v asking) Save(ctx context.Context, account string, record []byte) error {
	return v.try(ctx, func() error { return v.Sealed.Save(ctx, account, record) })
}

// try does it once more after the person has unlocked the store.
func (v asking) try(ctx context.Context, do func() error) error {
	err := do()
	if !errors.Is(err, keychain.ErrPassphraseNeeded) || !v.place.mayAsk() {
		return err
	}
	if err := v.place.askToUnlock(ctx); err != nil {
		return err
	}
	return do()
}

const passphraseTries = 3 // each costs a second, and the command can be typed again

// askToUnlock asks for the passphrase until it fits. Of several processes one
// asks; what it unlocks is unlocked for the others.
func (p *place) askToUnlock(ctx context.Context) error {
	unlock, err := p.aloneFor(ctx, "passphrase-")
	if err != nil {
		return err
	}
	defer unlock()
	var (
		notice error
		at     *hidden
	)
	for range passphraseTries {
		state := p.passphrase.Ready(ctx)
		if !errors.Is(state, keychain.ErrPassphraseNeeded) {
			return state // unlocked meanwhile
		}
		if at == nil {
			if at, err = p.hidden(); err != nil {
				return errors.Join(err, keychain.ErrPassphraseNeeded)
			}
			defer at.close()
		}
		text, err := at.askPassphrase(ctx, errors.Is(state, keychain.ErrPassphraseNew), notice)
		if err != nil {
			return errors.Join(err, keychain.ErrPassphraseNeeded)
		}
		notice = p.unlock(ctx, text)
		if !errors.Is(notice, keychain.ErrPassphrase) {
			return notice
		}
	}
	return notice
}

// askPassphrase asks for the passphrase, or twice for a new one.
func (h *hidden) askPassphrase(ctx context.Context, create bool, notice error) (client.Secret, error) {
	if notice != nil {
		notice = flows.WrongPassphrase
	}
	for {
		if notice != nil {
			h.say(ui.Explain(notice, "").What)
		}
		text, err := h.ask(ctx, ui.AskPassphrase(create, false))
		if err != nil || !create {
			return client.Secret(text), err
		}
		if notice = flows.CheckPassphrase(text); notice != nil {
			continue
		}
		again, err := h.ask(ctx, ui.AskPassphrase(true, true))
		if err != nil {
			return "", err
		}
		if again == text {
			return client.Secret(text), nil
		}
		notice = flows.OtherPassphrase
	}
}

// cutRune is a typed line without its last character.
func cutRune(line []byte) []byte {
	_, size := utf8.DecodeLastRune(line)
	return line[:len(line)-size]
}

// whereAmI says why there may be no keyring here.
func (a *app) whereAmI() flows.Where {
	switch {
	case a.inContainer():
		return flows.InContainer
	case a.getenv("SSH_CONNECTION") != "":
		return flows.OverSSH
	case a.getenv("WSL_DISTRO_NAME") != "":
		return flows.InWSL
	}
	return flows.Anywhere
}

func (a *app) inContainer() bool {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} { // of Docker, and of Podman
		if _, err := os.Stat(mark); err == nil {
			return true
		}
	}
	return a.getenv("container") != "" // systemd's container interface: systemd-nspawn, LXC, Podman
}
