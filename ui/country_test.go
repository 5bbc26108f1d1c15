package ui

import "testing"

func TestCountryOfANumber(t *testing.T) {
	for number, want := range map[string]string{
		"+4915112345678": "Germany", "+12025550123": "North America and the Caribbean", "+393331234567": "Italy or Vatican City",
		"+35312345678": "Ireland", "+2101234567": "", "4915112345678": "", "+": "", "": "",
	} {
		if got := countryOf(number); got != want {
			t.Errorf("%q: got %q, want %q", number, got, want)
		}
	}
}

func TestNoCountryCodeBeginsAnother(t *testing.T) {
	for code := range countryCodes {
		for n := 1; n < len(code); n++ {
			if _, clash := countryCodes[code[:n]]; clash {
				t.Errorf("%s begins with %s", code, code[:n])
			}
		}
	}
}
