//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// onlooker looks at every process again and again, as ps does.
type onlooker struct {
	mu   sync.Mutex
	args map[string]bool // the arguments of each process that was seen
	envs map[string]bool
}

// watch looks a hundred times a second until the test ends.
func watch(t *testing.T) *onlooker {
	t.Helper()
	o := &onlooker{args: map[string]bool{}, envs: map[string]bool{}}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-tick.C:
				o.look()
			case <-stop:
				tick.Stop()
				return
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
	return o
}

func (o *onlooker) look() {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, dir := range processes {
		if raw, err := os.ReadFile(dir + "/cmdline"); err == nil { // else it is over
			o.args[string(raw)] = true
		}
		if raw, err := os.ReadFile(dir + "/environ"); err == nil {
			o.envs[string(raw)] = true
		}
	}
}

// saw are the arguments and environments with a text in them.
func (o *onlooker) saw(text string) (args, envs []string) {
	return o.find(func(in string) bool { return strings.Contains(in, text) })
}

// find are those in which something stands.
func (o *onlooker) find(stands func(string) bool) (args, envs []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for a := range o.args {
		if stands(a) {
			args = append(args, strings.ReplaceAll(a, "\x00", " "))
		}
	}
	for e := range o.envs {
		if stands(e) {
			envs = append(envs, e)
		}
	}
	return args, envs
}

func TestFaultL01AndL02SecretsAreInNoArgumentsAndNoEnvironment(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	o := watch(t)
	byApp(c)
	secrets := map[string]string{"the key": strings.TrimSpace(read(t, c.path("key")))}
	secrets["the session token"], secrets["the refresh token"] = c.tokens(t, c.server)

	// Each child of exec waits until it was looked at.
	for i, how := range [][]string{{"--fd", "3"}, {"--file"}, {"--env", "ITS_TOKEN"}} {
		mark, seen := fmt.Sprintf("child-%d", i), c.path(fmt.Sprintf("seen-%d", i))
		ended := make(chan ran, 1)
		args := append(append([]string{"exec"}, how...), "--", "sh", "-c", "until [ -e "+seen+" ]; do sleep 0.02; done # "+mark)
		go func() {
			r, _ := c.tryRun(c.flags(args...)...)
			ended <- r
		}()
		// The program's own arguments have the mark too.
		until(t, "the child of exec to be seen", func() bool {
			args, _ := o.saw(mark)
			for _, a := range args {
				if strings.HasPrefix(a, "sh ") {
					return true
				}
			}
			return false
		})
		write(t, seen, "")
		if r := <-ended; r.code != 0 {
			t.Errorf("exec %s: got exit %d, want 0\n%s", how, r.code, r.stderr)
		}
	}
	c.must(1, "login", ann, "--force")
	c.want(0, c.flags("refresh")...)
	c.want(0, c.flags("logout")...)

	for what, secret := range secrets {
		args, envs := o.saw(secret)
		for _, a := range args {
			if strings.HasPrefix(a, "oathtool ") {
				continue // the phone
			}
			t.Errorf("%s was an argument of %q", what, a)
		}
		handed := 0
		for _, e := range envs {
			if what == "the session token" && strings.Contains(e, "ITS_TOKEN="+secret+"\x00") && strings.Count(e, secret) == 1 {
				handed++
				continue
			}
			t.Errorf("%s was in an environment", what)
		}
		if what == "the session token" && handed == 0 {
			t.Error("the token that exec handed to its child was not seen: nothing would be")
		}
	}
}

// until waits for a condition that nothing announces.
func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	tick, late := time.NewTicker(10*time.Millisecond), time.After(limit)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited %v for %s", limit, what)
		}
	}
}

// askedFor are commands that change no token, and what ends on their stdout.
func askedFor(session string) map[string]string {
	all := map[string]string{
		"token":                 session + "\n",
		"token --format header": "Authorization: Bearer " + session + "\n",
		"exec -- printenv":      "POSTERN_TOKEN=" + session + "\n",
		"exec --fd 0 -- cat":    session + "\n",
	}
	for _, silent := range []string{
		"exec --fd 3 -- cat", "token --format claims", "status", "status --json", "whoami", "whoami --json", "history", "history --json",
		"inspect", "inspect --json", "check", "check --json --online", "profile show", "profile show --json", "profile ls", "tenant ls",
		"mfa ls", "config", "doctor", "doctor --json", "login " + ann, "login " + ann + " --json",
	} {
		all[silent] = ""
	}
	return all
}

// harmlessFlags have the name of a secret, and take something else.
var harmlessFlags = map[string]bool{
	"sandbox inbox --code":          true, // a login ID
	"sandbox serve --session-token": true, // where a reply has it
	"sandbox serve --refresh-token": true,
}

// A token is printed where a token was asked for: it alone, and once.
func TestFaultL03OutputHoldsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	byApp(c)
	key := strings.TrimSpace(read(t, c.path("key")))
	session, refresh := c.tokens(t, c.server)
	for args, want := range askedFor(session) {
		r := c.run(c.flags(strings.Fields(args)...)...)
		if want != "" && !strings.HasSuffix(r.stdout, want) {
			t.Errorf("%s: got %q on stdout, want what was asked for", args, r.stdout)
		}
		if n, all := strings.Count(want, session), strings.Count(r.stdout+r.stderr, session); all != n {
			t.Errorf("%s: the session token was printed %d times, want %d", args, all, n)
		}
		for what, secret := range map[string]string{"the refresh token": refresh, "the key": key, "the key in groups": grouped(key)} {
			if strings.Contains(r.stdout+r.stderr, secret) {
				t.Errorf("%s: printed %s", args, what)
			}
		}
	}
	for _, args := range []string{"refresh --json", "logout"} {
		r := c.run(c.flags(strings.Fields(args)...)...)
		for _, secret := range []string{session, refresh, key, "eyJ"} {
			if r.code != 0 || strings.Contains(r.stdout+r.stderr, secret) {
				t.Errorf("%s: exit %d, or a secret was printed", args, r.code)
			}
		}
	}
}

// What a shell remembers of a command is no secret.
func TestFaultL15NoFlagTakesASecret(t *testing.T) {
	t.Parallel()
	c := newPerson(t)
	value := regexp.MustCompile(`(?m)^ +(?:-\w, )?--([\w-]*(?:token|secret|code|key|pass|seed)[\w-]*) (\w+)`)
	found := 0
	for _, command := range append(c.commands(), nil) {
		help := c.run(append(command, "--help")...).stdout
		for _, m := range value.FindAllStringSubmatch(help, -1) {
			found++
			if flag := strings.Join(command, " ") + " --" + m[1]; !strings.HasSuffix(flag, "--code-file") &&
				!strings.HasSuffix(flag, "--code-command") && !strings.HasSuffix(flag, "-key-file") && !harmlessFlags[flag] {
				t.Errorf("%s takes a %s", flag, m[2])
			}
		}
	}
	if found == 0 {
		t.Error("no flag of a code was found: the search finds nothing")
	}
}
