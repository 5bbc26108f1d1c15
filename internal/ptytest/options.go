package ptytest

import (
	"os"
	"strings"
	"time"
)

// Options say what [Start] and [Tmux] run, and on what terminal.
type Options struct {
	Path string   // the program, looked up in PATH
	Args []string // without the program's name
	Dir  string   // working directory; empty: the test's
	Env  []string // the whole environment; nil: the test's. TERM is added if it is not there

	Cols, Rows int           // size in cells; 0: 80 by 24
	Limit      time.Duration // how long a wait may take; 0: 10 s

	// For Start.
	Mute    bool          // a terminal that never answers a question
	Latency time.Duration // how late it answers, as over a slow link
	Theme   Theme         // answers questions for colours; the zero value is Dark
	NoBCE   bool          // erases with the default background, as GNU screen does

	// For Tmux.
	Terminal    string // default-terminal; empty: tmux-256color
	NoAltScreen bool   // alternate-screen off: the alternate screen is drawn on the normal one
}

// filled is o with its defaults in place.
func (o Options) filled(term string) Options {
	if o.Cols == 0 {
		o.Cols = 80
	}
	if o.Rows == 0 {
		o.Rows = 24
	}
	if o.Limit == 0 {
		o.Limit = 10 * time.Second
	}
	if o.Theme.Name == "" {
		o.Theme = Dark
	}
	if o.Terminal == "" {
		o.Terminal = "tmux-256color"
	}
	if o.Env == nil {
		for _, kv := range os.Environ() {
			if !strings.HasPrefix(kv, "TERM=") {
				o.Env = append(o.Env, kv)
			}
		}
	}
	o.Env = withDefault(o.Env, "TERM="+term)
	return o
}

// withDefault adds kv unless env has its name already.
func withDefault(env []string, kv string) []string {
	name, _, _ := strings.Cut(kv, "=")
	for _, have := range env {
		if strings.HasPrefix(have, name+"=") {
			return env
		}
	}
	return append(env[:len(env):len(env)], kv)
}
