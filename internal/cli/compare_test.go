package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"postern/internal/compare"
)

func TestWalkThatFailedTellsWhy(t *testing.T) {
	for name, row := range map[string]struct {
		err  error
		exit int
		says string
	}{
		"no reply":        {&compare.Error{Op: "x", Err: errors.New("it broke")}, exitService, "it broke"},
		"limited":         {&compare.Error{Op: "x", Status: 429, Code: "E130429"}, exitRateLimited, "E130429"},
		"unavailable":     {&compare.Error{Op: "x", Status: 503}, exitService, "503"},
		"wrong key":       {&compare.Error{Op: "x", Status: 401, Code: "E061004"}, exitConfig, "management key"},
		"forbidden":       {&compare.Error{Op: "x", Status: 403}, exitConfig, "management key"},
		"too many users":  {&compare.Error{Op: "x", Status: 400, Code: "E111111"}, exitOther, "Test Users"},
		"something local": {context.DeadlineExceeded, exitOther, "deadline"},
	} {
		t.Run(name, func(t *testing.T) {
			err := compareFailed(t.Context(), row.err)
			x := (&app{called: "postern"}).explain(err)
			if got := exitOf(err); got != row.exit {
				t.Errorf("got exit %d, want %d", got, row.exit)
			}
			if said := x.What + x.Do + err.Error(); !strings.Contains(said, row.says) {
				t.Errorf("got %q, want %q in it", said, row.says)
			}
		})
	}
}
