package ui

import "time"

// CheckSum is the line below all checks.
func CheckSum(failed, warned int) Postable {
	switch {
	case failed > 0:
		return Fill("%s failed. This report may be posted: it holds no secret, no name and no path.", Counted[Postable](failed, "%s check", "%s checks"))
	case warned > 0:
		return Fill("It works, with %s. This report may be posted.", Counted[Postable](warned, "%s warning", "%s warnings"))
	}
	return "All is well. This report may be posted."
}

// What stands in the place of checks that were left out.
var (
	LeftOutOffline  = Finding{Found: "left out by --offline"}
	LeftOutSandbox  = Finding{Found: "not needed: the sandbox is inside this program"}
	LeftOutEarlier  = Finding{Found: "needs what failed above"}
	LeftOutClock    = Finding{Found: "needs the clock, which is wrong: see below"}
	LeftOutLocked   = Finding{Found: "the store cannot be read now"}
	LeftOutMemory   = Finding{Found: "the store none keeps nothing"}
	LeftOutTerminal = Finding{Found: "there is no terminal here"}
)

// What is wrong with the configuration.
var (
	NoHome   = Finding{"there is no directory for files", "Set HOME, or XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_CACHE_HOME, to absolute paths."}
	BadFiles = Finding{
		"config.toml or state.toml cannot be read, or has an unknown setting",
		"See which line: {called} profile ls",
	}
	BadChoice      = Finding{"flags, variables and profile do not go together", "See what is wrong: {called} profile show"}
	NoProject      = Finding{"profiles exist, and none is chosen", "Choose one: {called} profile use NAME, or --profile NAME."}
	BadProject     = Finding{"the project id or the base URL is not a valid one", "Copy the id from the Descope console; give the base URL as https://HOST. See: {called} profile show"}
	NothingSet     = Finding{"nothing is configured: at a terminal the sandbox is used", "For your own project: {called} init"}
	FilesReadable  = Finding{Found: "the files can be read"}
	KeysOfOthers   = Finding{Found: "no key of a developer's is in the environment"}
	SandboxChosen  = Finding{Found: "the sandbox, a stand-in that lives on this computer"}
	SandboxWorks   = Finding{Found: "its state can be read, and it answers"}
	SandboxBroken  = Finding{"its state cannot be used", "See why: {called} --profile sandbox status. To begin anew: {called} sandbox reset"}
	UsualAuthority = Finding{Found: "the system's certificate authorities"}
)

// ConfigFiles says which files are there.
func ConfigFiles(config, state bool) Finding {
	return Finding{Found: Fill("config.toml: %s; state.toml: %s", thereOrNot(config), thereOrNot(state))}
}

func thereOrNot(is bool) Postable {
	if is {
		return "there, can be read"
	}
	return "none"
}

// ProjectFound says which project is used, and where its two halves come from.
func ProjectFound(id, idFrom, host, hostFrom Postable) Finding {
	return Finding{Found: Fill("%s from %s, at %s from %s", id, idFrom, host, hostFrom)}
}

// KeysSet names the variables of developers that are set.
func KeysSet(names []Postable) Finding {
	return Finding{Found: Fill("%s: set, never read", Listing(names))}
}

// AuthoritySet names the variables that choose who is trusted.
func AuthoritySet(names []Postable) Finding {
	return Finding{
		Fill("%s set: the authorities there are trusted to name any host", Listing(names)),
		"Right behind a company's proxy. If you do not know why it is set, unset it.",
	}
}

// Directory is one of ours that is there.
func Directory(place, mode Postable) Postable { return Fill("%s mode %s", place, mode) }

// DirectoryNotYet is one that will be made.
func DirectoryNotYet(place Postable) Postable { return Fill("%s not there yet", place) }

// Directories are all of them.
func Directories(all []Postable) Finding { return Finding{Found: Listing(all)} }

// UnsafeDirectories are some that others could write to, or are not ours.
func UnsafeDirectories(all []Postable) Finding {
	return Finding{
		Fill("not yours alone to write: %s", Listing(all)),
		"Make them yours, and let nobody else write to them: chown, chmod 700.",
	}
}

// Span is a length of time, in words that tell nobody when it began.
func Span(d time.Duration) Postable {
	switch {
	case d < 2*time.Minute:
		return Counted[Postable](rounded(d, time.Second), "%s second", "%s seconds")
	case d < 2*time.Hour:
		return Counted[Postable](rounded(d, time.Minute), "%s minute", "%s minutes")
	case d < 48*time.Hour:
		return Counted[Postable](rounded(d, time.Hour), "%s hour", "%s hours")
	}
	return Counted[Postable](rounded(d, 24*time.Hour), "%s day", "%s days")
}

const versionForm = "postern %s, %s, %s/%s"

// What stands in a report for what is not told.
const (
	notProjectID = "(not a project id)"
	thisComputer = "this computer"
	customHost   = "a custom host"
)
