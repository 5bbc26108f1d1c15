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
	// Code gets a code, nil when the script gave no way.
	Code func(context.Context, CodeWanted) (string, error)
	// Link tells which link is to be pressed, nil when nobody could be told.
	Link func(flows.Link)
	// Enrollment hands the key over before the code is asked, nil when the
	// script gave no place for it.
	Enrollment func(*client.Enrollment) error

	fresh string // the new password, which is asked for twice
}

// CodeWanted says which code a script is asked for.
type CodeWanted struct {
	LoginID string
	Method  client.Method // the way that it came
	New     bool          // a new password is wanted, not the one that is
}

// AnswerNeeded is the error of a question that no flag answered.
type AnswerNeeded struct {
	What  string
	Flags []string // each of them would have answered, or all together; none where a person alone can
}

func (e *AnswerNeeded) Error() string {
	if len(e.Flags) == 0 {
		return fmt.Sprintf("no answer to %q", e.What)
	}
	return fmt.Sprintf("no answer to %q: %s", e.What, strings.Join(e.Flags, ", "))
}

// Silent drives the flow without a person. A question or a choice that it
// cannot answer ends the flow: with *AnswerNeeded, or with what the choice is
// about, as the error; the outcome then says what a Cancel came to. No key is
// asked for that it could not hand over and confirm.
func Silent(ctx context.Context, a Answers, f flows.Flow, r flows.Runner) (o flows.Outcome, err error) {
	r = withClock(r)
	defer func() {
		if recover() != nil { // its text might hold anything
			o, err = flows.Outcome{}, flows.ErrInternal
		}
	}()
	var told flows.Link
	for {
		if o, over := f.Outcome(); over && ctx.Err() == nil {
			return o, nil
		}
		if ctx.Err() != nil {
			return windUp(ctx, f, r), context.Cause(ctx)
		}
		a.tell(f.Screen(), &told)
		if t, open := f.Task(); open {
			if err := a.cannotAnswer(t.Want, r); err != nil {
				return windUp(ctx, f, r), err
			}
			var ended bool
			if f, ended = run(ctx, f, r, t, moment, unsaid); !ended {
				return flows.Outcome{}, context.Cause(ctx)
			}
			continue
		}
		next, err := a.answer(ctx, f, r)
		switch {
		case err != nil && ctx.Err() == nil:
			return windUp(ctx, f, r), err
		case err == nil:
			f = next
		}
	}
}

// cannotAnswer says why a request would be of no use: nobody could hand on, or
// type, what it brings.
func (a Answers) cannotAnswer(want flows.Request, r flows.Runner) error {
	switch w := want.(type) {
	case flows.SignUp, flows.NewKey:
		if a.Enrollment == nil || a.Code == nil {
			return needsNewKey
		}
	case flows.MakeCodes:
		if r.Codes == nil {
			return needsCodesPlace
		}
	case flows.ResetPassword:
		if a.Code == nil {
			return needsCode
		}
	case flows.SendCode:
		if w.Method == client.Link && a.Link == nil {
			return needsPress
		}
		if w.Method != client.Link && a.Code == nil {
			return needsCode
		}
	}
	return nil
}

// tell says which link is to be pressed, once for each message.
func (a Answers) tell(s flows.Screen, told *flows.Link) {
	if l, link := s.Show.(flows.Link); link && a.Link != nil && (l.Number != told.Number || l.Until != told.Until) {
		*told = l
		a.Link(l)
	}
}

// answer gives the flow its next event. A notice beside a question means that
// the script's one answer was not good: it is the end, not another try.
func (a *Answers) answer(ctx context.Context, f flows.Flow, r flows.Runner) (flows.Flow, error) {
	s := f.Screen()
	switch {
	case s.Step == flows.StepChooseStore:
		return f, errors.Join(needsStore, s.Notice)
	case s.Step == flows.StepPassphrase, s.Step == flows.StepNewPassphrase:
		return f, &flows.PassphraseNeeded{Create: s.Step == flows.StepNewPassphrase}
	case s.Step == flows.StepConfirmSend, s.Step == flows.StepResume, s.Step == flows.StepReplaceWarning:
		return f.Next(flows.Pick{}), nil // the command asked for it
	case s.Step == flows.StepVoidCodes:
		return f, needsVoiding
	case s.Step == flows.StepSample:
		return f, needsEyes
	case s.Step == flows.StepMethod && s.Notice == nil:
		return f, needsMethod
	case len(s.Choices) > 0 && s.Notice == nil:
		return f, flows.ErrInternal
	case s.Notice != nil:
		return f, s.Notice
	case s.Step == flows.StepLoginID && a.LoginID != "":
		return f.Next(flows.Submit{Text: a.LoginID, At: r.Now()}), nil
	case s.Step == flows.StepLoginID:
		return f, needsLoginID
	case s.Step == flows.StepRepeatPassword:
		return f.Next(flows.Submit{Text: a.fresh, At: r.Now()}), nil
	case s.Ask.Code(), s.Ask != nil && s.Ask.Hidden, s.Step == flows.StepRecoveryCode, s.Step == flows.StepMagic:
		return a.code(ctx, f, r)
	case s.Step == flows.StepEmail && !s.Ask.Optional:
		return f, needsEmail
	case s.Step == flows.StepPhone && !s.Ask.Optional:
		return f, needsPhone
	case s.Ask != nil && s.Ask.Optional:
		return f.Next(flows.Submit{At: r.Now()}), nil
	}
	return f, flows.ErrInternal
}

func (a *Answers) code(ctx context.Context, f flows.Flow, r flows.Runner) (flows.Flow, error) {
	s := f.Screen()
	want := wantedOf(s)
	if a.Code == nil {
		return f, &AnswerNeeded{answerNames[want.Method], []string{codeFlags}}
	}
	if sc, scan := s.Show.(flows.Scan); scan {
		if err := a.Enrollment(sc.Enrollment); err != nil {
			return f, err
		}
	}
	code, err := a.Code(ctx, want)
	if err != nil {
		return f, err
	}
	if want.New {
		a.fresh = code
	}
	return f.Next(flows.Submit{Text: code, At: r.Now()}), nil
}

// wantedOf is what a field asks a script for.
func wantedOf(s flows.Screen) CodeWanted {
	want := CodeWanted{LoginID: s.LoginID, Method: client.TOTP, New: s.Step == flows.StepNewPassword}
	switch sent, ok := s.Show.(flows.Sent); {
	case ok:
		want.Method = sent.Method
	case s.Step == flows.StepRecoveryCode:
		want.Method = client.Recovery
	case s.Ask != nil && s.Ask.Hidden:
		want.Method = client.Password
	}
	return want
}
