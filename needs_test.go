//go:build linux

package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"postern/internal/needs"
)

// TestMissingPartSkipsByName runs tests of this binary where nothing is
// installed: each names the part that it lacks, and fails where all must be.
func TestMissingPartSkipsByName(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ test, part string }{
		{"TestSignUpByScanningTheScreen", "the program zbarimg"},
		{"TestRefreshTokenIsInTheKeyringAndNowhereElse", "the program secret-tool"},
		{"TestPackagesImportOnlyWhatTheyMayKnow", "the program go"},
	} {
		for _, all := range []string{"", "1"} {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			cmd := exec.CommandContext(ctx, self, "-test.v", "-test.run", "^"+row.test+"$")
			cmd.Env = []string{"PATH=" + t.TempDir(), "TMPDIR=" + t.TempDir(), needs.RequireAll + "=" + all}
			out, err := cmd.CombinedOutput()
			cancel()
			if !strings.Contains(string(out), "needs "+row.part+":") {
				t.Errorf("%s: got no word of %s:\n%s", row.test, row.part, out)
			}
			skipped, failed := strings.Contains(string(out), "--- SKIP: "+row.test), strings.Contains(string(out), "--- FAIL: "+row.test)
			if all == "" && (err != nil || !skipped || failed) || all == "1" && (err == nil || !failed) {
				t.Errorf("%s with %s=%q: %v, want it skipped, or failed where all parts are required:\n%s", row.test, needs.RequireAll, all, err, out)
			}
		}
	}
}
