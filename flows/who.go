package flows

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/client"
)

const maxLoginID = 254 // bytes: the longest email address (RFC 3696, erratum 1690)

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
		return s.job.stop(unclear(s.notice))
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
	if id != s.loginID {
		s.job, s.past = s.posted(letter{}), past{until: s.past.until}
	}
	s.loginID = id
	s.user = s.job.given()
	return s.job.ask()
}

// ask goes to the field of the chosen method, by whatever has to come before.
func (j job) ask() state {
	switch {
	case j.errand == ForSignUp:
		return j.describe(0)
	case j.method == AnyFactor:
		return choosing{job: j}
	case j.method == client.TOTP && j.newApp():
		return renewing{j}
	case j.method == client.TOTP:
		return entering{newEntry(j, nil)}
	case j.plan.Reset:
		return j.reset()
	case j.method == client.Password, j.method == client.Recovery:
		return typing{newEntry(j, nil)}
	}
	return j.deliver()
}

// back is the question before a code field.
func (j job) back() state {
	if !j.first() {
		return choosing{job: j}
	}
	return naming{job: j}
}

func checkLoginID(id string) error {
	switch {
	case id == "":
		return Empty
	case len(id) > maxLoginID:
		return LongID
	case !utf8.ValidString(id) || strings.ContainsFunc(id, isUnseen):
		return BadID
	}
	return nil
}

// isUnseen reports whether r shows nothing, or changes how its neighbours show:
// controls, bidi overrides, and the letters and marks that are drawn as nothing
// (UAX #44, Default_Ignorable_Code_Point).
func isUnseen(r rune) bool {
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
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

const emailDetail, phoneDetail = 1, 2

// given is what is known of the person before any question: what the plan
// says, and the address where the login ID is one.
func (j job) given() client.NewUser {
	u := j.plan.User
	if u.Email == "" && checkEmail(j.loginID) == nil {
		u.Email = j.loginID
	}
	if u.Phone == "" && checkPhone(j.loginID) == nil {
		u.Phone = j.loginID
	}
	return u
}

// needs reports whether a sign-up by this method cannot do without a detail.
func (j job) needs(detail int) bool {
	switch j.method.Channel() {
	case "":
		return false
	case client.Email:
		return detail == emailDetail
	}
	return detail == phoneDetail
}

// asks reports whether a detail is a question here: it was not given, or cannot
// be used as it was given, which notice says.
func (j job) asks(detail int) (ask bool, notice error) {
	u := j.given()
	value := *details[detail].field(&u)
	if value == "" {
		return j.plan.Details || j.needs(detail), nil
	}
	notice = details[detail].check(value)
	return notice != nil, notice
}

// describe goes on with the questions from this detail on.
func (j job) describe(from int) state {
	for i := from; i < len(details); i++ {
		if ask, notice := j.asks(i); ask {
			return describing{j, i, notice}
		}
	}
	return j.enroll()
}

// missing is a detail without which, or with which as it is, a sign-up cannot
// be; -1 for none.
func (j job) missing() int {
	for i, d := range details {
		value := *d.field(&j.user)
		if value == "" && j.needs(i) || value != "" && d.check(value) != nil {
			return i
		}
	}
	return -1
}

// enroll signs up once all is known that the method needs.
func (j job) enroll() state {
	if i := j.missing(); i >= 0 {
		return describing{j, i, nil}
	}
	switch j.method {
	case AnyFactor, client.Recovery: // nobody new has a recovery code
		return choosing{job: j}
	case client.TOTP:
		return signingUp{j}
	case client.Password:
		return fresh{job: j}.begin()
	}
	return j.deliver()
}

func (describing) want() Request { return nil }

func (s describing) screen() Screen {
	return Screen{
		Step: details[s.detail].step, LoginID: s.loginID, Ask: &Ask{Optional: !s.needs(s.detail)}, Notice: s.notice,
		Can: Can{Back: true, Cancel: true},
	}
}

func (s describing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Back:
		return s.job.before(s.detail)
	case Submit:
		text := strings.TrimSpace(e.Text)
		if s.notice = s.refuses(text); s.notice != nil {
			return s
		}
		*details[s.detail].field(&s.user) = text
		return s.job.describe(s.detail + 1)
	}
	return nil
}

// refuses says why an answer cannot be used, nil when it can.
func (s describing) refuses(text string) error {
	switch {
	case text != "":
		return details[s.detail].check(text)
	case s.needs(s.detail):
		return Empty
	}
	return nil
}

// before is the question before this detail.
func (j job) before(detail int) state {
	for i := detail - 1; i >= 0; i-- {
		if ask, notice := j.asks(i); ask {
			return describing{j, i, notice}
		}
	}
	return naming{job: j}
}

func checkName(s string) error { return checkLoginID(s) }

func checkEmail(s string) error {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsFunc(s, unicode.IsSpace) || checkLoginID(s) != nil {
		return BadEmail
	}
	return nil
}

// checkPhone wants E.164: a plus and at most 15 digits, of which a country code
// that begins with no zero is the first part (ITU-T E.164 §6).
func checkPhone(s string) error {
	number, ok := strings.CutPrefix(s, "+")
	if !ok || len(number) < 7 || len(number) > 15 || strings.Trim(number, "0123456789") != "" || number[0] == '0' {
		return BadPhone
	}
	return nil
}
