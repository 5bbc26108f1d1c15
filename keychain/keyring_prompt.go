//go:build !darwin && !windows

package keychain

import (
	"context"
	"errors"
	"time"

	"github.com/godbus/dbus/v5"
)

const promptIface = "org.freedesktop.Secret.Prompt"

// lateWait is for what is tidied up when a prompt is over; the service does it
// by itself when we disconnect.
const lateWait = 500 * time.Millisecond

func late(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), lateWait)
}

// unlock asks for the collection's prompt and waits for its end. The library
// would do the same, but without an end if nobody answers.
func (b bus) unlock(ctx context.Context, opened func()) error {
	conn, err := b.connect()
	if err != nil {
		return err
	}
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
	defer conn.RemoveSignal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(promptIface)},
		{dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return busError(ctx, err)
		}
		defer func() {
			late, cancel := late(ctx)
			defer cancel()
			_ = conn.RemoveMatchSignalContext(late, match...)
		}()
	}
	dialog := conn.Object(secretsName, prompt)
	if err := dialog.CallWithContext(ctx, promptIface+".Prompt", 0, "").Err; err != nil {
		return busError(ctx, err)
	}
	opened()
	for {
		select {
		case <-ctx.Done():
			late, cancel := late(ctx)
			defer cancel()
			_ = dialog.CallWithContext(late, promptIface+".Dismiss", 0).Err
			return ctx.Err()
		case s, ok := <-signals:
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
