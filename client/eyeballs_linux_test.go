package client

import (
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"postern/internal/needs"
)

// blackHole gives a network of its own two addresses of one name: the first is
// behind a link that nobody is at the end of, the other is the loopback.
const blackHole = `set -e
ip link set lo up
ip link add pa type veth peer name pb
ip link set pa up
ip link set pb up
ip -6 address add 2001:db8::2/64 dev pa nodad
ip -6 neighbour add 2001:db8::1 lladdr 02:00:00:00:00:01 dev pa nud permanent
printf '2001:db8::1 example.com\n127.0.0.1 example.com\n' >"$1/hosts"
mount --bind "$1/hosts" /etc/hosts
shift
exec "$@"
`

const inside = "POSTERN_TEST_INSIDE"

func TestFaultN25DeadIPv6IsNotWaitedFor(t *testing.T) {
	if os.Getenv(inside) != "" {
		dialsTheOther(t)
		return
	}
	needs.Tool(t, "ip")
	unshare := needs.Tool(t, "unshare")
	if os.Geteuid() != 0 {
		needs.Part(t, "root, for a network of its own", errors.New("not root"))
	}
	if err := exec.Command(unshare, "--net", "--mount", "true").Run(); err != nil {
		needs.Part(t, "a network of its own", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(unshare, "--net", "--mount", "sh", "-c", blackHole, "sh", t.TempDir(), self, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inside+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func dialsTheOther(t *testing.T) {
	d := newDescope(t)
	srv := httptest.NewTLSServer(d)
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	alone := net.Dialer{Timeout: 500 * time.Millisecond}
	if conn, err := alone.DialContext(t.Context(), "tcp6", net.JoinHostPort("example.com", port)); err == nil {
		conn.Close()
		t.Fatal("the first address answers")
	} else if e := net.Error(nil); !errors.As(err, &e) || !e.Timeout() {
		t.Fatalf("the first address is no black hole: %v", err)
	}
	c := wireTo(t, "https://example.com:"+port, d.right)
	trust(c, srv)
	began := time.Now()
	if err := c.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 200*time.Millisecond || took > 2*time.Second {
		t.Errorf("took %v, want the dead address tried and left within 2s", took)
	}
}
