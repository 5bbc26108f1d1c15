//go:build !darwin && !windows

package keychain

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const promptIface = "org.freedesktop.Secret.Prompt"

// unlock asks for the collection's prompt and waits for its end. The library
// would do the same, but without an end if nobody answers.
//
// A prompt that nobody answers in time stays on the screen, and an answer still
// unlocks the keyring for the next try. To call its Dismiss would be worse:
// gnome-keyring 42.1 ends with a crash, and everything in it is locked. The
// prompt gets a connection of its own, so that no signal of it reaches the
// library.
func (b bus) unlock(ctx context.Context, opened func()) error {
	address, err := b.address(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return in(Absent, fmt.Errorf("session bus: %v", err))
	}
	defer conn.Close()
	path, locked, err := collection(ctx, conn)
	if err != nil || !locked {
		return err
	}
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	service := conn.Object(secretsName, secretsPath)
	err = service.CallWithContext(ctx, serviceIface+".Unlock", 0, []dbus.ObjectPath{path}).
		Store(&unlocked, &prompt)
	if err != nil || prompt == "/" { // "/": no prompt was needed
		return busError(ctx, err)
	}
	return answer(ctx, conn, prompt, opened)
}

// answer opens the prompt and waits until it is completed, ctx is over, or the
// service or the bus goes away.
func answer(ctx context.Context, conn *dbus.Conn, prompt dbus.ObjectPath, opened func()) error {
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(promptIface)},
		{dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return busError(ctx, err)
		}
	}
	if err := conn.Object(secretsName, prompt).CallWithContext(ctx, promptIface+".Prompt", 0, "").Err; err != nil {
		return busError(ctx, err)
	}
	opened()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, ok := <-signals:
			if !ok && ctx.Err() != nil { // the end of ctx also closes conn
				return ctx.Err()
			}
			if !ok {
				return in(Absent, errors.New("the session bus went away"))
			}
			if over, err := promptOver(s, prompt); over {
				return err
			}
		}
	}
}

// promptOver reads a signal: is this the end, and was it a yes.
func promptOver(s *dbus.Signal, prompt dbus.ObjectPath) (bool, error) {
	switch {
	case s.Name == "org.freedesktop.DBus.NameOwnerChanged":
		var name, before, after string
		if dbus.Store(s.Body, &name, &before, &after) != nil || name != secretsName {
			return false, nil
		}
		return true, in(Broken, errors.New("the secret service ended during the prompt"))
	case s.Path == prompt && s.Name == promptIface+".Completed":
		if len(s.Body) < 1 {
			return true, in(Broken, errors.New("the prompt's answer is unreadable"))
		}
		if dismissed, ok := s.Body[0].(bool); !ok || dismissed {
			return true, in(Locked, ErrDismissed)
		}
		return true, nil
	}
	return false, nil
}
