package sdktest

import (
	"slices"
	"testing"
)

func TestEachKindOfDifferenceIsSeen(t *testing.T) {
	same := sent{"POST /v1/x?a=1", "Bearer <project>:<refresh>", "application/json", "<project>", object{
		"loginId": "a", "loginOptions": object{"mfa": true, "customClaims": object{"plan": "gold"}},
	}}
	with := func(change func(*sent)) []sent { s := same; change(&s); return []sent{s} }
	for _, row := range []struct {
		name   string
		theirs []sent
		want   []string
	}{
		{"none", []sent{same}, nil},
		{"path", with(func(s *sent) { s.call = "POST /v1/y" }),
			[]string{"only the client sends POST /v1/x?a=1", "only the SDK sends POST /v1/y"}},
		{"twice", []sent{same, same}, []string{"only the SDK sends POST /v1/x?a=1"}},
		{"token", with(func(s *sent) { s.auth = "Bearer <project>" }),
			[]string{`Authorization: client "Bearer <project>:<refresh>", SDK "Bearer <project>"`}},
		{"content type", with(func(s *sent) { s.kind = "" }), []string{`Content-Type: client "application/json", SDK none`}},
		{"project header", with(func(s *sent) { s.project = "" }), []string{`project header: client "<project>", SDK none`}},
		{"no body", with(func(s *sent) { s.body = nil }),
			[]string{`body: client {"loginId":"a","loginOptions":{"customClaims":{"plan":"gold"},"mfa":true}}, SDK none`}},
		{"deep", with(func(s *sent) {
			s.body = object{"loginId": "a", "loginOptions": object{"mfa": "true", "customClaims": object{}, "x": 1.0}}
		}), []string{
			`body.loginOptions.customClaims.plan: client "gold", SDK none`,
			`body.loginOptions.mfa: client true, SDK "true"`,
			`body.loginOptions.x: client none, SDK 1`,
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := differences([]sent{same}, row.theirs); !slices.Equal(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
