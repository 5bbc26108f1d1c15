package ui

import (
	"context"
	"errors"
	"testing"

	"postern/client"
	"postern/flows"
)

// scenarios are driven in each manner. What is typed, one line each, is what a
// person gives to Full and Plain alike; a script has only its code.
var scenarios = []struct {
	name   string
	flow   func() flows.Flow
	change func(*service)
	typed  []line
	code   string
	end    flows.End
	err    error // Outcome.Err, or what Silent returns
	silent bool  // Silent ends like the others
	silErr error // else with this, or with *AnswerNeeded
}{
	{"good sign-up", signUpAda, nil, []line{{"Code for", codeAt(noon)}}, codeAt(noon), flows.Entered, nil, true, nil},
	{"good sign-in", signInAda, nil, []line{{"Code for", codeAt(noon)}}, codeAt(noon), flows.Entered, nil, true, nil},
	{"wrong code, then right", signInAda, nil, []line{{"Code for", wrongCode}, {"code is wrong", codeAt(noon)}}, wrongCode, flows.Entered, nil, false, client.WrongCode},
	{"existing user, stop", signUpAda, func(s *service) {
		s.signUp = func(context.Context) (*client.Enrollment, error) { return nil, fault(client.UserExists) }
	}, []line{{"enter choose", "4"}}, codeAt(noon), flows.Stopped, client.UserExists, false, client.UserExists},
	{"existing user, sign in", signUpAda, func(s *service) {
		s.signUp = func(context.Context) (*client.Enrollment, error) { return nil, fault(client.UserExists) }
	}, []line{{"enter choose", "1"}, {"Code for", codeAt(noon)}}, codeAt(noon), flows.Entered, nil, false, client.UserExists},
	{"unknown user, stop", signInAda, func(s *service) {
		s.verify = func(context.Context, string) (*client.Session, error) { return nil, fault(client.UserUnknown) }
	}, []line{{"Code for", wrongCode}, {"enter choose", "3"}}, wrongCode, flows.Stopped, client.UserUnknown, false, client.UserUnknown},
	{"store absent, kernel", signUpAda, func(s *service) { s.prepare = noKeyring(s) }, []line{{"enter choose", "1"}, {"Code for", codeAt(noon)}}, codeAt(noon), flows.Entered, nil, false, nil},
	{"store absent, stop", signUpAda, func(s *service) { s.prepare = noKeyring(s) }, []line{{"enter choose", "3"}}, codeAt(noon), flows.Stopped, nil, false, nil},
	{"live session, stay", signUpAda, liveEve, []line{{"enter choose", "1"}}, codeAt(noon), flows.Stopped, nil, false, flows.LiveSession{LoginID: "eve"}},
	{"live session, replace", signUpAda, liveEve, []line{{"enter choose", "2"}, {"Code for", codeAt(noon)}}, codeAt(noon), flows.Entered, nil, false, flows.LiveSession{LoginID: "eve"}},
	{"live session of the same", signInAda, func(s *service) {
		s.prepare = func(context.Context) (string, error) { return ada, nil }
	}, nil, codeAt(noon), flows.Standing, nil, true, nil},
	{"keep fails", signInAda, func(s *service) {
		s.keep = func(context.Context) error { return fault(client.StoreFailed) }
	}, []line{{"Code for", codeAt(noon)}, {"enter choose", "2"}}, codeAt(noon), flows.Broken, client.StoreFailed, false, client.StoreFailed},
	{"somebody else", signInAda, func(s *service) {
		s.verify = func(context.Context, string) (*client.Session, error) { return stranger, nil }
	}, []line{{"Code for", codeAt(noon)}, {"enter choose", "2"}, {"did not work", "3"}}, codeAt(noon), flows.Broken, flows.Stranger, false, flows.Stranger},
	{"unreachable", signUpAda, func(s *service) {
		s.signUp = func(context.Context) (*client.Enrollment, error) { return nil, fault(client.Unreachable) }
	}, []line{{"enter choose", "3"}}, codeAt(noon), flows.Broken, client.Unreachable, false, client.Unreachable},
}

// line is what a person types when something is to be seen.
type line struct{ see, keys string }

func signUpAda() flows.Flow { return flows.Enroll(flows.Plan{LoginID: ada}) }
func signInAda() flows.Flow { return flows.SignIn(flows.Plan{LoginID: ada}) }

func liveEve(s *service) {
	s.prepare = func(context.Context) (string, error) { return "eve", nil }
}

func TestDriversEndAlike(t *testing.T) {
	t.Parallel()
	for _, row := range scenarios {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for name, d := range map[string]driver{"full": Full, "plain": Plain} {
				s := drive(t, d, row.flow(), func(s *memory, _ *Term) {
					if row.change != nil {
						row.change(s.service)
					}
				})
				for _, l := range row.typed {
					if name == "plain" {
						l.keys += "\n"
					} else {
						s.until(l.see)
					}
					s.keys(l.keys)
				}
				o, err := s.end()
				if err != nil || o.End != row.end || !errors.Is(o.Err, row.err) {
					t.Errorf("%s: got %+v, %v, want end %d with %v", name, o, err, row.end, row.err)
				}
			}
			s := &service{}
			if row.change != nil {
				row.change(s)
			}
			o, err := Silent(context.Background(), answersOf(ada, row.code), row.flow(), s.runner(&clock{t: noon}))
			var needed *AnswerNeeded
			switch {
			case row.silent && (err != nil || o.End != row.end):
				t.Errorf("silent: got %+v, %v, want end %d", o, err, row.end)
			case !row.silent && row.silErr == nil && !errors.As(err, &needed):
				t.Errorf("silent: got %+v, %v, want *AnswerNeeded", o, err)
			case !row.silent && row.silErr != nil && !errors.Is(err, row.silErr):
				t.Errorf("silent: got %+v, %v, want %v", o, err, row.silErr)
			}
		})
	}
}
