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
	audience  []string
	plain     bool
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
	if err := readTOML(filepath.Join(s.paths.state, stateName), &s.state); err != nil {
		return s, err
	}
	s.plain, s.named = s.file.Plain, len(s.file.Profiles) > 0
	s.store = setting{a.flags.store, "--store"}.or(a.env1("POSTERN_STORE"))
	if err := s.store.checkStore(); err != nil { // wrong however the rest is
		return s, usageError{err}
	}
	return s, nil
}

// withStore settles which store it is.
func (s settings) withStore() (settings, error) {
	if err := s.store.checkStore(); err != nil { // the profile's
		return s, configError{err}
	}
	s.store = s.store.or(setting{storeAuto, "default"})
	return s, nil
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
	s.store = s.store.or(setting{p.Store, from})
}

func errNoProfile(name string) error { return configError{fmt.Errorf("there is no profile %q", name)} }

// chooseProfile finds the project. The base URL is taken from the source that
// named the project, or from one above it: never the other half of a pair.
func (a *app) chooseProfile(s *settings, file configFile, interactive bool) error {
	flagged := setting{a.flags.projectID, "--project-id"}.or(a.env1("POSTERN_PROJECT_ID"))
	base := setting{a.flags.baseURL, "--base-url"}.or(a.env1("POSTERN_BASE_URL"))
	s.profile = setting{a.flags.profile, "--profile"}.or(a.env1("POSTERN_PROFILE"))
	if s.profile.value == "" && flagged.value == "" {
		s.profile = setting{s.state.Current, "current profile"}
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
