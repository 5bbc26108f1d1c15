package sandbox

import "testing"

func TestIssuerForms(t *testing.T) {
	for _, row := range []struct {
		form Issuer
		want func(id string) string
	}{
		{IssuerID, func(id string) string { return id }},
		{IssuerURL, func(id string) string { return "https://sandbox.invalid/" + id }},
		{IssuerCustomHost, func(id string) string { return "https://auth.example.com/" + id }},
	} {
		t.Run(row.form.String(), func(t *testing.T) {
			opts := newClock().options()
			opts.Issuer = row.form
			d := at(t, opts)
			got := d.claims(d.enroll(ann).str("sessionJwt"))["iss"]
			if want := row.want(d.box.ProjectID()); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestOptionsAreReadAndWrittenAlike(t *testing.T) {
	for _, text := range []string{"body", "cookies"} {
		if got, err := ParsePlace(text); err != nil || got.String() != text {
			t.Errorf("place %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"off", "strict", "grace=10s"} {
		if got, err := ParseRotation(text); err != nil || got.String() != text {
			t.Errorf("rotation %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"id", "url", "custom-host"} {
		if got, err := ParseIssuer(text); err != nil || got.String() != text {
			t.Errorf("issuer %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"grace", "grace=", "grace=0s", "grace=-1s", "10s", "Strict"} {
		if got, err := ParseRotation(text); err == nil {
			t.Errorf("rotation %s: got %v, want an error", text, got)
		}
	}
}
