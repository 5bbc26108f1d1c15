package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"postern/client"
	"postern/flows"
)

// runChild is a program with the full screen on its own terminal. Its name
// says what happens in it.
func runChild(name string) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	go func() { <-asked; cancel(errors.New("asked to end")) }()

	t := Term{In: os.Stdin, Out: os.Stdout, Env: os.Environ(), Host: host, Called: "postern"}
	t.Size = func() (int, int) {
		columns, rows, _ := term.GetSize(int(os.Stdout.Fd()))
		return columns, rows
	}
	s, f := &service{}, flows.Enroll(flows.Plan{LoginID: ada})
	switch name {
	case "hangup":
		signal.Ignore(syscall.SIGHUP)
	case "short":
		s.prepare, f = func(context.Context) (string, error) { return ada, nil }, flows.SignIn(flows.Plan{})
	case "phone breaks":
		t.Phone = phone{func() (string, error) { panic("canary") }}
	case "break":
		s.verify = badSession
	case "any code":
		s.verify = func(context.Context, string) (*client.Session, error) { return signedIn(), nil }
	}
	o, err := Full(ctx, t, f, flows.Runner{Auth: s, Keep: s, Now: time.Now})
	fmt.Printf("END %d, %v\n", o.End, err)
	return 10 + int(o.End)
}
