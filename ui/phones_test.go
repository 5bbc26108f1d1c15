package ui

import (
	"testing"

	"postern/client"
	"postern/flows"
)

// TestFaultI15NumberIsShownInE164BeforeAnythingIsSent: with the
// country's name. What is not in that form is asked for again.
func TestFaultI15NumberIsShownInE164BeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"+4915112345678", "+49 151 1234-5678", "+49.151/12345678", "+49 (0)151 12345678", "0151 12345678", "004915112345678", "+49"} {
		s := drive(t, Plain, flows.Enroll(flows.Plan{LoginID: ada, Method: client.SMS}))
		s.until("where the code goes")
		s.keys(typed + "\n")
		if typed == "+4915112345678" {
			s.untilRaw("Send a code by SMS to +4915112345678 (Germany)?")
		} else {
			s.untilRaw("Begin with + and the country code")
		}
		s.keys("\x04")
		_ = s.in.Close()
		if s.end(); s.service.count("send") != 0 {
			t.Errorf("%q: got %q, want nothing sent", typed, s.service.asked)
		}
	}
}
