package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"postern/client"
	"postern/flows"
)

// Answers are the answers of a script.
type Answers struct {
	LoginID string
	// Code gets the code for this login ID, nil when the script gave no way.
	Code func(ctx context.Context, loginID string) (string, error)
	// Enrollment hands the key over before the code is asked, nil when the
	// script gave no place for it.
	Enrollment func(*client.Enrollment) error
}

// AnswerNeeded is the error of a question that no flag answered.
type AnswerNeeded struct {
	What  string
	Flags []string // each of them would have answered, or all together
}

func (e *AnswerNeeded) Error() string {
	return fmt.Sprintf("no answer to %q: %s", e.What, strings.Join(e.Flags, ", "))
}

var codeFlags = "--code-stdin, --code-file or --code-command"

// Silent drives the flow without a person. What it cannot answer ends the
// flow: a choice with its reason as Outcome.Err, a question with *AnswerNeeded.
// No key is asked for that it could not hand over and confirm.
func Silent(ctx context.Context, a Answers, f flows.Flow, r flows.Runner) (flows.Outcome, error) {
	for {
		if o, over := f.Outcome(); over {
			return o, nil
		}
		if t, open := f.Task(); open {
			if err := a.cannotAnswer(t.Want); err != nil {
				return a.leave(ctx, f, r, err)
			}
			f = f.Next(r.Run(ctx, t))
			if err := context.Cause(ctx); err != nil {
				return flows.Outcome{}, err
			}
			continue
		}
		next, err := a.answer(ctx, f, r)
		if err != nil {
			return a.leave(ctx, next, r, err)
		}
		f = next
	}
}

// cannotAnswer says why a request would be of no use: nobody could hand on, or
// type, what it brings.
func (a Answers) cannotAnswer(want flows.Request) error {
	switch want.(type) {
	case flows.SignUp, flows.NewKey:
		if a.Enrollment == nil || a.Code == nil {
			return &AnswerNeeded{"a new key and its first code", []string{"--enrollment-out FILE", codeFlags}}
		}
	case flows.SendCode:
		if a.Code == nil {
			return &AnswerNeeded{"a code", []string{codeFlags}}
		}
	}
	return nil
}

// leave gives up: Cancel lets the flow end, at the server, a session that is
// not to be kept.
func (a Answers) leave(ctx context.Context, f flows.Flow, r flows.Runner, why error) (flows.Outcome, error) {
	f = f.Next(flows.Cancel{})
	if t, open := f.Task(); open {
		if _, unwanted := t.Want.(flows.Revoke); unwanted {
			r.Run(ctx, t)
		}
	}
	return flows.Outcome{}, why
}

// answer gives the flow its next event. A notice beside a question means that
// the script's one answer was not good: it is the end, not another try.
func (a Answers) answer(ctx context.Context, f flows.Flow, r flows.Runner) (flows.Flow, error) {
	s := f.Screen()
	switch {
	case s.Step == flows.StepChooseStore:
		return f, errors.Join(&AnswerNeeded{"where the session stays", []string{"--store"}}, s.Notice)
	case s.Step == flows.StepConfirmSend, s.Step == flows.StepReplaceWarning:
		return f.Next(flows.Pick{}), nil // the command asked for it
	case s.Step == flows.StepMethod && s.Notice == nil:
		return f, &AnswerNeeded{"which method", []string{"--method or --mfa"}}
	case len(s.Choices) > 0:
		return a.giveUp(ctx, f, r)
	case s.Notice != nil:
		return f, s.Notice
	case s.Step == flows.StepLoginID && a.LoginID != "":
		return f.Next(flows.Submit{Text: a.LoginID, At: r.Now()}), nil
	case s.Step == flows.StepLoginID:
		return f, &AnswerNeeded{"who", []string{"a LOGIN_ID argument"}}
	case s.Ask.Code():
		return a.code(ctx, f, r)
	case s.Step == flows.StepEmail && !s.Ask.Optional:
		return f, &AnswerNeeded{"where the code goes", []string{"--email"}}
	case s.Step == flows.StepPhone && !s.Ask.Optional:
		return f, &AnswerNeeded{"where the code goes", []string{"--phone"}}
	case s.Ask != nil && s.Ask.Optional:
		return f.Next(flows.Submit{At: r.Now()}), nil
	}
	return f, flows.ErrInternal
}

// giveUp ends a flow at a choice. A session that is signed in by then is not
// left behind: Cancel lets the flow end it at the server.
func (a Answers) giveUp(ctx context.Context, f flows.Flow, r flows.Runner) (flows.Flow, error) {
	why := f.Screen().Notice
	f = f.Next(flows.Cancel{})
	if t, open := f.Task(); open {
		f = f.Next(r.Run(ctx, t))
	}
	if o, over := f.Outcome(); over && o.Err != nil {
		why = o.Err
	}
	if why == nil {
		why = flows.ErrInternal
	}
	return f, why
}

func (a Answers) code(ctx context.Context, f flows.Flow, r flows.Runner) (flows.Flow, error) {
	s := f.Screen()
	if a.Code == nil {
		return f, &AnswerNeeded{"a code", []string{codeFlags}}
	}
	if sc, scan := s.Show.(flows.Scan); scan {
		if err := a.Enrollment(sc.Enrollment); err != nil {
			return f, err
		}
	}
	code, err := a.Code(ctx, s.LoginID)
	if err != nil {
		return f, err
	}
	return f.Next(flows.Submit{Text: code, At: r.Now()}), nil
}
