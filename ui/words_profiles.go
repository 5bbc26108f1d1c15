package ui

import (
	"fmt"
	"strings"
)

// The sentences about profiles and settings.

// The questions of `init` and `profile key set`.
const (
	AskProject = "Project id (in the Descope console, below Project)"
	AskProfile = "Name for the profile"
	AskBaseURL = "Base URL (another one only with a custom domain)"
	AskKey     = "Auth management key (not shown)"
)

// SandboxPlace stands where a project id would.
const SandboxPlace = "the built-in sandbox"

// AuthKeyWarning is said whenever an auth management key is kept.
const AuthKeyWarning = `Whoever has this key can use sign-in methods that the project has closed to the
public: handing it to people opens them again.`

// SayProject is a project that answered.
func SayProject(id, region, baseURL string, derived bool) string {
	from := "as given"
	if derived {
		from = "from the project id"
	}
	return fmt.Sprintf("Project %s (region %s) answers at %s (%s).", id, region, baseURL, from)
}

// SayWritten is a profile that stands in the configuration now.
func SayWritten(name, path string) string {
	return fmt.Sprintf("Profile %q is written into %s.", name, path)
}

// SayUsing is a profile that is the current one now.
func SayUsing(name string) string { return fmt.Sprintf("Profile %q is used from now on.", name) }

// SayOverridden is a variable that wins over the choice of a profile.
func SayOverridden(variable string) string {
	return fmt.Sprintf("%s is set here, and wins over that choice.", variable)
}

// SayRemoved is a profile that is gone, and perhaps its session with it.
func SayRemoved(name string, ended bool) string {
	if ended {
		return fmt.Sprintf("Profile %q is removed, and its session here.", name)
	}
	return fmt.Sprintf("Profile %q is removed.", name)
}

// SayKeyKept is an auth management key that is stored now.
func SayKeyKept(profile, store string) string {
	return fmt.Sprintf("The key is kept for profile %q in %s.", profile, StoreWords(store))
}

// SayKeyGone is an auth management key that was removed.
func SayKeyGone(profile string) string {
	return fmt.Sprintf("No key is kept for profile %q any more.", profile)
}

// SaySetting is a setting that was changed.
func SaySetting(name, value, path string) string {
	return fmt.Sprintf("%s is %s now, in %s.", name, value, path)
}

// ProfileLine is one profile of a list.
func ProfileLine(name, project, baseURL string, current bool) string {
	mark := " "
	if current {
		mark = "*"
	}
	return strings.TrimRight(fmt.Sprintf("%s %-16s %-34s %s", mark, name, project, baseURL), " ")
}

// Value is a setting and where it comes from.
type Value struct{ Label, Key, Text, From string }

// ValueLines are settings, one a line.
func ValueLines(values []Value) []string {
	var lines []string
	for _, v := range values {
		lines = append(lines, fact(v.Label, fmt.Sprintf("%s (from %s)", v.Text, v.From)))
	}
	return lines
}
