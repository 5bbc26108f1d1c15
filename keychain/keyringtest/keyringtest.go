//go:build linux

package keyringtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"postern/internal/needs"
)

const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = "/org/freedesktop/secrets"
	loginPath   = "/org/freedesktop/secrets/collection/login"
)

// Daemon is a session bus with a keyring on it.
type Daemon struct {
	// Address is the bus's, for DBUS_SESSION_BUS_ADDRESS.
	Address string
	// Home is the directory that HOME and the XDG variables point into. Each
	// process of this Daemon has it in its environment.
	Home string

	t   testing.TB
	bus *exec.Cmd
}

// Start returns a bus with an unlocked keyring that has a login collection. The
// bus starts the keyring again, locked, if it ends.
func Start(t testing.TB) *Daemon {
	t.Helper()
	d := StartEmpty(t)
	d.create()
	return d
}

// StartEmpty returns a bus whose keyring has no collection at all, as in a
// fresh HOME.
func StartEmpty(t testing.TB) *Daemon {
	t.Helper()
	keyring := needs.Tool(t, "gnome-keyring-daemon")
	return startBus(t, "[D-BUS Service]\nName="+secretsName+"\nExec="+keyring+
		" --start --foreground --components=secrets\n")
}

// StartBus returns a bus that has no secret service and knows of none.
func StartBus(t testing.TB) *Daemon {
	t.Helper()
	return startBus(t, "")
}

// busConfig is a session bus with the services of one directory only.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%s</listen>
  <servicedir>%s</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

func startBus(t testing.TB, service string) *Daemon {
	t.Helper()
	daemon := needs.Tool(t, "dbus-daemon")
	// Not t.TempDir: a socket's path must stay below 108 bytes, unix(7).
	home, err := os.MkdirTemp("", "keyring")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	d := &Daemon{Home: home, t: t}
	d.write("services/"+secretsName+".service", service)
	d.write("bus.conf", fmt.Sprintf(busConfig, home, filepath.Join(home, "services")))
	for _, dir := range []string{"data", "config", "cache", "run"} {
		d.must(os.Mkdir(filepath.Join(home, dir), 0o700))
	}
	d.bus = exec.Command(daemon, "--config-file="+filepath.Join(home, "bus.conf"),
		"--nofork", "--nopidfile", "--print-address")
	d.bus.Env = d.Env()
	d.bus.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := d.bus.StdoutPipe()
	d.must(err)
	d.must(d.bus.Start())
	t.Cleanup(d.end)
	line, err := bufio.NewReader(out).ReadString('\n')
	d.must(err)
	d.Address = strings.TrimSpace(line)
	return d
}

// create makes the login collection as PAM does at a first login.
func (d *Daemon) create() {
	d.t.Helper()
	d.login("password")
	d.Wait("an unlocked keyring", func() bool {
		locked, err := d.locked()
		return err == nil && !locked
	})
}

// LogInWith replaces the daemon by one that is given this password, as PAM does
// after the password of the account was changed, and the keyring's was not.
func (d *Daemon) LogInWith(password string) {
	d.t.Helper()
	d.Kill()
	d.login(password)
	d.Wait("a keyring that stays locked", func() bool {
		locked, err := d.locked()
		return err == nil && locked
	})
}

// login starts a daemon that reads the password from its input, and takes the
// place of none.
func (d *Daemon) login(password string) {
	d.t.Helper()
	cmd := exec.Command(needs.Tool(d.t, "gnome-keyring-daemon"),
		"--unlock", "--foreground", "--components=secrets")
	cmd.Env = d.Env()
	cmd.Stdin = strings.NewReader(password)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	d.must(cmd.Start())
	go func() { _ = cmd.Wait() }() // no zombie for who kills it
}

// Env is the environment of a process that uses this bus and nothing of the
// person who runs the tests, but PATH.
func (d *Daemon) Env() []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + d.Home,
		"XDG_DATA_HOME=" + filepath.Join(d.Home, "data"),
		"XDG_CONFIG_HOME=" + filepath.Join(d.Home, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(d.Home, "cache"),
		"XDG_RUNTIME_DIR=" + filepath.Join(d.Home, "run"),
	}
	if d.Address != "" {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+d.Address)
	}
	return env
}

// Lock locks the login collection.
func (d *Daemon) Lock() {
	d.t.Helper()
	conn := d.Conn()
	defer conn.Close()
	ctx, cancel := limit()
	defer cancel()
	err := conn.Object(secretsName, secretsPath).CallWithContext(ctx,
		"org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{loginPath}).Err
	d.must(err)
	d.Wait("a locked keyring", func() bool {
		locked, err := d.locked()
		return err == nil && locked
	})
}

// Unlock opens the login collection: it replaces the daemon by one that is
// given the password.
func (d *Daemon) Unlock() {
	d.t.Helper()
	if d.PID() != 0 {
		d.Kill()
	}
	d.create()
}

// Stop makes the keyring daemon answer nothing any more, until Cont.
func (d *Daemon) Stop() { d.t.Helper(); d.signal(syscall.SIGSTOP) }

// Cont lets a stopped keyring daemon go on.
func (d *Daemon) Cont() { d.t.Helper(); d.signal(syscall.SIGCONT) }

// Kill ends the keyring daemon at once, and waits until the bus knows.
func (d *Daemon) Kill() {
	d.t.Helper()
	pid := d.PID()
	d.must(syscall.Kill(pid, syscall.SIGKILL))
	d.Wait("the end of the keyring", func() bool { return d.PID() != pid })
}

// KillBus ends the bus at once.
func (d *Daemon) KillBus() {
	d.t.Helper()
	d.must(d.bus.Process.Kill())
	_ = d.bus.Wait()
}

// StopBus makes the bus itself answer nothing any more. The end of the test
// does not need it to go on.
func (d *Daemon) StopBus() { d.t.Helper(); d.must(d.bus.Process.Signal(syscall.SIGSTOP)) }

// PID is the keyring daemon's process number, 0 while there is none.
func (d *Daemon) PID() int {
	conn := d.Conn()
	defer conn.Close()
	ctx, cancel := limit()
	defer cancel()
	var pid uint32
	err := conn.BusObject().CallWithContext(ctx,
		"org.freedesktop.DBus.GetConnectionUnixProcessID", 0, secretsName).Store(&pid)
	if err != nil {
		return 0
	}
	return int(pid)
}

// Conn returns a connection of its own to the bus. Close it.
func (d *Daemon) Conn() *dbus.Conn {
	d.t.Helper()
	conn, err := dbus.Connect(d.Address)
	d.must(err)
	return conn
}

func (d *Daemon) locked() (locked bool, err error) {
	conn, err := dbus.Connect(d.Address)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	ctx, cancel := limit()
	defer cancel()
	// Only ask a service that runs: a question would start one.
	var owned bool
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&owned)
	if err != nil || !owned {
		return false, fmt.Errorf("no keyring yet: %v", err)
	}
	err = conn.Object(secretsName, loginPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		"org.freedesktop.Secret.Collection", "Locked").Store(&locked)
	return locked, err
}

func (d *Daemon) signal(s syscall.Signal) {
	d.t.Helper()
	pid := d.PID()
	if pid == 0 {
		d.t.Fatal("no keyring daemon runs")
	}
	d.must(syscall.Kill(pid, s))
}

// end kills whatever still lives in Home, until nothing does.
func (d *Daemon) end() {
	_ = d.bus.Process.Kill()
	_ = d.bus.Wait()
	d.Wait("the end of all processes", func() bool {
		pids := d.Processes()
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return len(pids) == 0
	})
}

func (d *Daemon) write(name, content string) {
	d.t.Helper()
	path := filepath.Join(d.Home, name)
	d.must(os.MkdirAll(filepath.Dir(path), 0o700))
	d.must(os.WriteFile(path, []byte(content), 0o600))
}

func (d *Daemon) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func limit() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), Limit)
}
