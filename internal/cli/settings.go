package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"postern/client"
)

// settings are all that is configured for one call.
type settings struct {
	paths     paths
	file      configFile
	state     stateFile
	profile   setting
	projectID setting
	baseURL   setting
	store     setting
	lasting   setting // the store of a variable or of the profile: what wins again in the next call
	keyFile   setting // the path of a key file, empty for none
	audience  []string
	plain     bool
	still     bool // nothing on the screen moves by itself
	named     bool // profiles other than the sandbox exist

	RequireMFA bool          // nothing is kept before a second factor was passed
	Method     client.Method // the preferred way in, empty for none
}

func (s settings) sandbox() bool { return s.profile.value == sandboxName }

func (a *app) getenv(name string) string {
	for i := len(a.env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(a.env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func (a *app) env1(name string) setting { return setting{a.getenv(name), name} }

// settings resolves flags, then POSTERN_ variables, then the profile, then
// Descope's own variables. interactive says whether a person can be asked: the
// sandbox is not used behind a script's back.
func (a *app) settings(interactive bool) (settings, error) {
	s, err := a.readSettings()
	if err != nil {
		return s, err
	}
	if err := a.chooseProfile(&s, s.file, interactive); err != nil {
		return s, err
	}
	return s.withStore()
}

// readSettings reads the files, and chooses no profile.
func (a *app) readSettings() (s settings, err error) {
	if s.paths, err = a.findPaths(); err != nil {
		return s, err
	}
	if err := readTOML(s.paths.configFile(), &s.file); err != nil {
		return s, err
	}
	if s.state, err = s.paths.readState(); err != nil {
		return s, err
	}
	s.still = a.flags.noMotion || a.getenv("POSTERN_NO_MOTION") != "" || s.file.Motion != nil && !*s.file.Motion
	for name := range s.file.Profiles {
		if err := aProfile(name, s.paths.configFile()); err != nil {
			return s, configError{err}
		}
	}
	s.plain, s.named = s.file.Plain, len(s.file.Profiles) > 0
	return s, a.namedStore(&s)
}

// namedStore takes the store and the key file of flags and variables. A key
// file without a store means that of key files.
func (a *app) namedStore(s *settings) error {
	flag, env := setting{a.flags.keyFile, "--store-key-file"}, a.env1("POSTERN_STORE_KEY_FILE")
	s.store = setting{a.flags.store, "--store"}.or(flag.means(storeKeyFile)).or(a.env1("POSTERN_STORE")).or(env.means(storeKeyFile))
	s.lasting = a.env1("POSTERN_STORE").or(env.means(storeKeyFile))
	if err := s.store.checkStore(); err != nil { // wrong however the rest is
		return usageError{err}
	}
	if flag.value != "" && s.store.value != storeKeyFile {
		return usageError{fmt.Errorf("--store %s has no key file: leave out one of the two flags", s.store.value)}
	}
	s.keyFile = flag.or(env)
	return s.absKeyFile()
}

// means is a setting that says another one by being there.
func (s setting) means(value string) setting {
	if s.value == "" {
		return s
	}
	return setting{value, s.from}
}

// absKeyFile makes the path one that means the same wherever a later command
// is run.
func (s *settings) absKeyFile() error {
	if s.keyFile.value == "" {
		return nil
	}
	path, err := filepath.Abs(s.keyFile.value)
	if err != nil {
		return configError{fmt.Errorf("%s: %w", s.keyFile.from, err)}
	}
	s.keyFile.value = path
	return nil
}

// withStore settles which store it is.
func (s settings) withStore() (settings, error) {
	if err := s.store.checkStore(); err != nil { // the profile's
		return s, configError{err}
	}
	s.store = s.store.or(setting{storeAuto, "default"})
	s.keyFile = s.keyFile.or(setting{s.state.KeyFiles[s.profile.value], "the first sign-in, or store set"})
	if chosen := s.chosen(); chosen.value == storeKeyFile && s.keyFile.value == "" {
		return s, configError{fmt.Errorf("%s: the store keyfile needs its file: --store-key-file FILE", chosen.from)}
	}
	return s, s.absKeyFile()
}

// checkStore reports whether a store, if one was named, is one.
func (s setting) checkStore() error {
	if s.value == "" || slices.Contains(storeNames, s.value) {
		return nil
	}
	return fmt.Errorf("%s: unknown store %q, want one of %s", s.from, s.value, strings.Join(storeNames, ", "))
}

// as is what is configured for a profile by itself: no flag and no variable
// changes where it signs in.
func (s settings) as(name string) (settings, error) {
	s.profile = setting{name, "its name"}
	if name == sandboxName {
		return s.withStore()
	}
	p, known := s.file.Profiles[name]
	if !known {
		return s, errNoProfile(name)
	}
	s.use(p, fmt.Sprintf("profile %q", name))
	return s.withStore()
}

// use takes the values of a profile where nothing above it gave one. The
// project and its base URL go together.
func (s *settings) use(p profileFile, from string) {
	if s.projectID.value == "" {
		s.projectID = setting{p.ProjectID, from}
		s.baseURL = s.baseURL.or(setting{p.BaseURL, from})
	}
	s.audience, s.Method = p.Audience, p.Method.name
	s.RequireMFA = len(p.Require) > 0
	file := setting{p.StoreKeyFile, from}
	s.lasting = s.lasting.or(setting{p.Store, from}).or(file.means(storeKeyFile))
	s.store = s.store.or(s.lasting)
	s.keyFile = s.keyFile.or(file)
}

func errNoProfile(name string) error { return configError{noProfile(name)} }

// noProfile is the name of a profile that there is not.
type noProfile string

func (n noProfile) Error() string { return fmt.Sprintf("there is no profile %q", string(n)) }

// chooseProfile finds the project. The base URL is taken from the source that
// named the project, or from one above it: never the other half of a pair.
func (a *app) chooseProfile(s *settings, file configFile, interactive bool) error {
	flagged := setting{a.flags.projectID, "--project-id"}.or(a.env1("POSTERN_PROJECT_ID"))
	base := setting{a.flags.baseURL, "--base-url"}.or(a.env1("POSTERN_BASE_URL"))
	s.profile = setting{a.flags.profile, "--profile"}.or(a.env1("POSTERN_PROFILE"))
	if s.profile.value == "" && flagged.value == "" {
		s.profile = setting{s.state.Current, "current profile"}
	}
	if err := aProfile(s.profile.value, s.profile.from); err != nil {
		return configError{err}
	}
	p, known := file.Profiles[s.profile.value]
	switch from := fmt.Sprintf("profile %q", s.profile.value); {
	case s.profile.value == sandboxName:
		if flagged.value != "" || base.value != "" {
			return configError{errors.New("the sandbox has its own project: leave out --profile sandbox, or the project and base URL")}
		}
		return nil
	case known:
		s.projectID, s.baseURL = flagged, base
		s.use(p, from)
	case s.profile.value != "" && flagged.value == "":
		return errNoProfile(s.profile.value)
	case flagged.value != "":
		s.projectID, s.baseURL = flagged, base
		s.profile = s.profile.or(setting{defaultName, flagged.from})
	case a.getenv("DESCOPE_PROJECT_ID") != "":
		s.projectID = a.env1("DESCOPE_PROJECT_ID")
		s.baseURL = base.or(a.env1("DESCOPE_BASE_URI")).or(a.env1("DESCOPE_BASE_URL"))
		s.profile = setting{defaultName, "DESCOPE_PROJECT_ID"}
	case !interactive || s.named:
		return errNothingConfigured
	default:
		s.profile = setting{sandboxName, "default"}
	}
	return nil
}

var errNothingConfigured = configError{errors.New("no project is configured")}

// project makes the client's project of the settings.
func (s settings) project() (client.Project, error) {
	p, err := client.NewProject(s.projectID.value, s.baseURL.value)
	p.Audience = s.audience
	return p, err
}
