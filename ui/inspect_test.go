package ui

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestTimesOfATokenAreAheadOrPast(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, row := range []struct{ name, seconds, want string }{
		{"of this moment", "1800000000", "0 s ago"},
		{"a minute ago", "1799999940", "1 min 0 s ago"},
		{"in a minute", "1800000060", "in 1 min 0 s"},
	} {
		if got := claimWords("iat", json.RawMessage(row.seconds), now); !strings.HasSuffix(got, ", "+row.want) {
			t.Errorf("%s: got %q, want %q at its end", row.name, got, row.want)
		}
	}
}
