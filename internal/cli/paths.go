package cli

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"
)

// paths are the directories that belong to this program.
type paths struct {
	config, state, cache, runtime string
}

func (p paths) configFile() string { return filepath.Join(p.config, "config.toml") }

// findPaths asks package xdg, which answers with paths below "/" when HOME is
// not set, so that is looked at first.
func (a *app) findPaths() (paths, error) {
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		if v := a.getenv(name); v != "" && !filepath.IsAbs(v) {
			return paths{}, configError{fmt.Errorf("%s is %q, which is not an absolute path", name, v)}
		}
	}
	if home := a.getenv(homeVariable()); !filepath.IsAbs(home) || filepath.Clean(home) == "/" {
		if a.getenv("XDG_CONFIG_HOME") == "" || a.getenv("XDG_STATE_HOME") == "" || a.getenv("XDG_CACHE_HOME") == "" {
			return paths{}, configError{fmt.Errorf("%s is not set to a directory of yours, so there is no place for files", homeVariable())}
		}
	}
	const name = "postern"
	return paths{
		config:  filepath.Join(xdg.ConfigHome, name),
		state:   filepath.Join(xdg.StateHome, name),
		cache:   filepath.Join(xdg.CacheHome, name),
		runtime: a.getenv("XDG_RUNTIME_DIR"),
	}, nil
}

// homeVariable is what names a person's home, as in os.UserHomeDir.
func homeVariable() string {
	if runtime.GOOS == "windows" {
		return "USERPROFILE"
	}
	return "HOME"
}
