package keychain

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// use does f with the ring ready and, where the person may be asked for that,
// unlocked first.
func use[T any](ctx context.Context, k *Keyring, f func(context.Context) (T, error)) (T, error) {
	whole := func(ctx context.Context) (T, error) {
		if err := k.ring.ready(ctx); err != nil {
			var none T
			return none, err
		}
		return f(ctx)
	}
	got, err := attempt(ctx, k, whole)
	if StateOf(err) != Waiting || k.Patience <= 0 {
		return got, k.refine(err)
	}
	if err := k.unlock(ctx); err != nil {
		return got, err
	}
	got, err = attempt(ctx, k, whole)
	return got, k.refine(err)
}

// refine makes Waiting what it is without patience: Locked.
func (k *Keyring) refine(err error) error {
	var e *Error
	if k.Patience <= 0 && errors.As(err, &e) && e.State == Waiting {
		return in(Locked, e.Err)
	}
	return err
}

// unlock shows the keyring's prompt and waits for the answer.
func (k *Keyring) unlock(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, k.Patience)
	defer cancel()
	err := k.ring.unlock(ctx, k.prompting)
	if err != nil && ctx.Err() != nil {
		return in(Waiting, fmt.Errorf("nobody answered the keyring's prompt: %w", ctx.Err()))
	}
	return err
}

func (k *Keyring) prompting() {
	if k.Prompting != nil {
		k.Prompting()
	}
}

// errPanicked: the library uses a nil signal when the bus goes away.
var errPanicked = errors.New("the connection to the keyring broke")

// result is what a call came back with.
type result[T any] struct {
	got T
	err error
}

// attempt runs f beside us and stops waiting when the deadline has passed: the
// library's calls take no context and can block for ever. f must look at its
// context between two steps, so that a late one changes nothing more.
func attempt[T any](ctx context.Context, k *Keyring, f func(context.Context) (T, error)) (T, error) {
	var none T
	if err := k.given(ctx); err != nil {
		return none, err
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan result[T], 1)
	go func() {
		r := result[T]{err: in(Broken, errPanicked)}
		defer func() {
			_ = recover() // what it says is not for people
			done <- r
		}()
		r.got, r.err = f(inner)
	}()
	over := time.NewTimer(k.wait)
	defer over.Stop()
	notice := time.NewTimer(k.notice)
	defer notice.Stop()
	for {
		select {
		case r := <-done:
			return r.got, r.err
		case <-notice.C:
			k.lookForPrompt(inner, over)
		case <-over.C:
			return none, k.giveUp(in(Broken, fmt.Errorf("no answer in %v", k.wait)))
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return none, k.giveUp(in(Broken, fmt.Errorf("no answer: %w", ctx.Err())))
			}
			return none, ctx.Err()
		}
	}
}

// lookForPrompt gives a call more time that takes long though the service
// answers: then it waits for the person, as KeePassXC and macOS ask for items.
func (k *Keyring) lookForPrompt(ctx context.Context, over *time.Timer) {
	if k.Patience <= k.wait {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, k.notice)
	defer cancel()
	alive := make(chan bool, 1)
	go func() {
		defer func() { _ = recover() }() // then ctx ends the wait
		alive <- k.ring.alive(ctx)
	}()
	select {
	case yes := <-alive:
		if yes {
			k.prompting()
			over.Reset(k.Patience)
		}
	case <-ctx.Done():
	}
}

// given returns why the ring must not be called.
func (k *Keyring) given(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stuck
}

// giveUp remembers that a call is still out there: no further one is made.
func (k *Keyring) giveUp(err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stuck = err
	return err
}
