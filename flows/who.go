package flows

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/client"
)

const maxLoginID = 320 // bytes: the longest email address (RFC 3696 erratum 1690)

// naming asks for the login ID.
type naming struct {
	job
	notice error
}

func (naming) want() Request { return nil }

func (s naming) screen() Screen {
	return Screen{Step: StepLoginID, LoginID: s.loginID, Ask: &Ask{}, Notice: s.notice, Can: Can{Cancel: true}}
}

func (s naming) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return stop(nil)
	case Submit:
		return s.named(e.Text)
	}
	return nil
}

// named goes on with a typed or given login ID, or asks again.
func (s naming) named(typed string) state {
	id := strings.TrimSpace(typed)
	if err := checkLoginID(id); err != nil {
		s.notice = err
		return s
	}
	s.loginID = id
	if !s.signUp {
		return entering{job: s.job}
	}
	if s.user.Email == "" && checkEmail(id) == nil {
		s.user.Email = id
	}
	return s.job.describe(0)
}

func checkLoginID(id string) error {
	switch {
	case id == "":
		return Empty
	case len(id) > maxLoginID:
		return LongID
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }):
		return BadID
	}
	return nil
}

// details are the optional questions of a sign-up, in their order.
var details = []struct {
	step  Step
	field func(*client.NewUser) *string
	check func(string) error
}{
	{StepName, func(u *client.NewUser) *string { return &u.Name }, checkName},
	{StepEmail, func(u *client.NewUser) *string { return &u.Email }, checkEmail},
	{StepPhone, func(u *client.NewUser) *string { return &u.Phone }, checkPhone},
}

// describing asks for one detail.
type describing struct {
	job
	detail int
	notice error
}

// describe asks from the given detail on for what is not known yet.
func (j job) describe(from int) state {
	for i := from; i < len(details) && j.plan.Details; i++ {
		if *details[i].field(&j.user) == "" {
			return describing{job: j, detail: i}
		}
	}
	return signingUp{j}
}

func (describing) want() Request { return nil }

func (s describing) screen() Screen {
	return Screen{
		Step: details[s.detail].step, LoginID: s.loginID, Ask: &Ask{Optional: true}, Notice: s.notice,
		Can: Can{Back: true, Cancel: true},
	}
}

func (s describing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return stop(nil)
	case Back:
		j := s.job
		j.user = j.plan.User
		return naming{job: j}
	case Submit:
		text := strings.TrimSpace(e.Text)
		if text != "" {
			if err := details[s.detail].check(text); err != nil {
				s.notice = err
				return s
			}
			*details[s.detail].field(&s.user) = text
		}
		return s.job.describe(s.detail + 1)
	}
	return nil
}

func checkName(s string) error { return checkLoginID(s) }

func checkEmail(s string) error {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsFunc(s, unicode.IsSpace) || checkLoginID(s) != nil {
		return BadEmail
	}
	return nil
}

// checkPhone wants E.164: a plus and at most 15 digits (ITU-T E.164 §6).
func checkPhone(s string) error {
	digits, ok := strings.CutPrefix(s, "+")
	if !ok || len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return BadPhone
	}
	return nil
}
