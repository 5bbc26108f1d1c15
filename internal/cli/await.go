package cli

import (
	"context"

	"postern/flows"
)

// await does f beside us, as reading a pipe or a terminal takes no context, and
// stops waiting when ctx ends. What is left then ends with the process.
func await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		got T
		err error
	}
	done := make(chan result, 1)
	go func() {
		r := result{err: flows.ErrInternal}
		defer func() {
			_ = recover() // what it says is not for people
			done <- r
		}()
		r.got, r.err = f()
	}()
	select {
	case r := <-done:
		return r.got, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
