package ui

import (
	"errors"
	"time"

	"postern/client"
	"postern/flows"
)

// aged is a notice some time after it came: a pause gets shorter.
func aged(notice error, by time.Duration) error {
	var (
		wait   flows.Wait
		server *client.Error
	)
	switch {
	case errors.As(notice, &wait):
		return flows.Wait{Left: wait.Left - by}
	case errors.As(notice, &server) && server.Kind == client.RateLimited:
		e := *server
		e.RetryAfter -= by
		return &e
	}
	return notice
}
