package flows

import (
	"testing"

	"postern/client"
)

type straightWay struct {
	name  string
	begin Flow
	steps []any
}

// straight are the ways on which nothing goes wrong.
func straight() []straightWay {
	in, kept, code := SignedIn{signedIn()}, Kept{}, codeAt(noon)
	who := Present{signedIn(), reachable}
	up := SignedIn{actors().stepped}
	return []straightWay{
		{"Enroll", Enroll(Plan{Details: true}), []any{Prepared{}, ada, "", "", Enrolled{sharedKey}, code, in, kept}},
		{"  by SMS", Enroll(Plan{Method: client.SMS}), []any{Prepared{}, ada, "+15550100", Pick{0}, mailed, mailCode, in, kept}},
		{"SignIn", SignIn(Plan{}), []any{Prepared{}, ada, code, in, kept}},
		{"  with MFA", SignIn(Plan{MFA: client.Email}), []any{Prepared{}, ada, code, in, kept, mailed, mailCode, SignedIn{actors().both}, kept}},
		{"  by link", SignIn(Plan{Method: client.Link}), []any{Prepared{}, ada, mailed, Failed{faults[client.Pending]}, in, kept}},
		{"  pasted", SignIn(Plan{Method: client.MagicLink}), []any{Prepared{}, ada, mailed, magicURL, in, kept}},
		{"SecondFactor", SecondFactor(Plan{}), []any{who, Pick{1}, mailed, mailCode, SignedIn{actors().both}, kept}},
		{"StepUp", StepUp(Plan{}), []any{who, Pick{0}, code, up, kept}},
		{"Replace", Replace(Plan{}), []any{who, Pick{1}, mailed, mailCode, up, kept, Pick{0}, Enrolled{sharedKey}, code, up, kept}},
		{"Home", Home(Plan{}), []any{seenNobody, Pick{0}, Prepared{}, ada, code, in, kept, seenAda, Pick{4}, seenAda, SignedOut{}, seenNobody, Pick{2}}},
		{"  password", SignIn(Plan{Method: client.Password}), []any{Prepared{}, ada, password, in, kept}},
		{"  new to it", Enroll(Plan{Method: client.Password}), []any{Prepared{}, ada, Learned{policy}, password, password, in, kept}},
		{"Reset", Reset(Plan{}), []any{Prepared{}, ada, mailedReset, onPaper, in, Learned{policy}, password, password, PasswordSet{}, kept}},
		{"Change", ChangePassword(Plan{}), []any{who, "old", Learned{policy}, password, password, in, kept}},
		{"Codes", RecoveryCodes(Plan{}), []any{who, Pick{0}, CodesMade{Codes: sharedCodes}, Pick{0}}},
		{"Pictures", TryPictures(samples), []any{samples[1].Number}},
		{"Answer", Answer(Plan{}, Pending{Method: client.Email, LoginID: ada}), []any{Prepared{}, mailCode, in, kept}},
	}
}

// names are the states on a way, one after the other.
func names(t *testing.T, f Flow, steps []any) []string {
	way := []string{name(f)}
	for _, s := range steps {
		if f = after(t, f, s); way[len(way)-1] != title(f) {
			way = append(way, title(f))
		}
	}
	return way
}
