package cli

import (
	"errors"
	"os"
	"path/filepath"

	"postern/client"
	"postern/keychain"
	"postern/ui"
)

// foreignKeys names what developers keep in their environment, and we never read.
func (d *doctor) foreignKeys() {
	if set := d.set("DESCOPE_MANAGEMENT_KEY", "DESCOPE_AUTH_MANAGEMENT_KEY", "DESCOPE_PUBLIC_KEY"); len(set) > 0 {
		d.ok("foreign keys", ui.KeysSet(set))
		return
	}
	d.ok("foreign keys", ui.KeysOfOthers)
}

// authorities names what package crypto/x509 takes its roots from.
func (d *doctor) authorities() {
	if set := d.set("SSL_CERT_FILE", "SSL_CERT_DIR"); len(set) > 0 {
		d.warn("certificates", ui.AuthoritySet(set))
		return
	}
	d.ok("certificates", ui.UsualAuthority)
}

// configuration answers the place that is configured, nil where there is none
// that could be used.
func (d *doctor) configuration() *place {
	const rest = "project"
	paths, err := d.findPaths()
	if err != nil {
		d.fail("files", ui.NoHome, exitConfig)
		d.skip(ui.LeftOutEarlier, "directories", rest)
		return nil
	}
	var config configFile
	var state stateFile
	err = errors.Join(readTOML(paths.configFile(), &config), readTOML(filepath.Join(paths.state, stateName), &state))
	if err != nil {
		d.fail("files", ui.BadFiles, exitConfig)
	} else {
		d.ok("files", ui.ConfigFiles(there(paths.configFile()), there(filepath.Join(paths.state, stateName))))
	}
	d.directories(paths)
	if err != nil || (keychain.Dirs{State: paths.state}).Check() != nil {
		d.skip(ui.LeftOutEarlier, rest)
		return nil
	}
	return d.project()
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (d *doctor) project() *place {
	s, err := d.settings(true) // as at a terminal: there the sandbox is used where nothing is configured
	switch {
	case errors.Is(err, errNothingConfigured):
		d.fail("project", ui.NoProject, exitConfig)
		return nil
	case err != nil:
		d.fail("project", ui.BadChoice, exitConfig)
		return nil
	}
	s.state.AuthKeys = nil // no sign-in call is sent, so no key is fetched for one
	if s.sandbox() {
		if s.profile.from == "default" {
			d.ok("project", ui.NothingSet)
		} else {
			d.ok("project", ui.SandboxChosen)
		}
	} else {
		project, err := s.project()
		if err != nil {
			d.fail("project", ui.BadProject, exitConfig)
			return nil
		}
		base := s.baseURL.from
		if s.baseURL.value == "" {
			base = "the project id"
		}
		d.ok("project", ui.ProjectFound(ui.ShortID(project.ID), source(s.projectID.from), ui.Host(project.Base.Hostname()), source(base)))
	}
	p, err := d.openAt(s, false)
	if err != nil {
		d.unopened(err)
		return nil
	}
	p.hidden = nil
	return p
}

// unopened is a place that is configured well and cannot be opened.
func (d *doctor) unopened(err error) {
	if client.KindOf(err) == client.StoreFailed {
		d.fail("sandbox", ui.SandboxBroken, exitStore)
		return
	}
	d.fail("options", ui.BadChoice, exitOf(err))
}

// source is where a setting comes from. A profile's name is its owner's.
func source(from string) ui.Postable {
	return ui.OneOf(from, "the profile", "--project-id", "--base-url", "--store", "--store-key-file",
		"POSTERN_PROJECT_ID", "POSTERN_BASE_URL", "POSTERN_STORE", "POSTERN_STORE_KEY_FILE",
		"DESCOPE_PROJECT_ID", "DESCOPE_BASE_URI", "DESCOPE_BASE_URL", "the project id",
		"the first sign-in, or store set", "default")
}
