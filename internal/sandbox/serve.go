package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

const (
	headerWait   = 5 * time.Second // a client on the same computer is quicker
	shutdownWait = time.Second     // for calls under way when the server is told to stop
	maxHeader    = 64 << 10
)

// Ready says how to reach a sandbox that listens.
type Ready struct {
	Schema            int    `json:"schema"` // 1
	BaseURL           string `json:"base_url"`
	ProjectID         string `json:"project_id"`
	ManagementKey     string `json:"management_key"`
	AuthManagementKey string `json:"auth_management_key"`
}

// Serve answers on a TCP address such as "127.0.0.1:0" until ctx ends, and
// returns nil then. It calls ready once it listens; an error of ready ends it.
// Only loopback addresses are accepted: the keys are readable by whoever can
// call, and the sandbox tells its codes to everyone.
func (s *Sandbox) Serve(ctx context.Context, listen string, ready func(Ready) error) error {
	address, err := loopback(listen)
	if err != nil {
		return fmt.Errorf("serve sandbox: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serve sandbox: %w", err)
	}
	server := &http.Server{Handler: s.calledAt(listener.Addr().String()), ReadHeaderTimeout: headerWait, MaxHeaderBytes: maxHeader}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()

	err = ready(Ready{
		Schema:            1,
		BaseURL:           "http://" + listener.Addr().String(),
		ProjectID:         s.identity.ProjectID,
		ManagementKey:     s.identity.ManagementKey,
		AuthManagementKey: s.identity.AuthManagementKey,
	})
	if err == nil {
		select {
		case err = <-ended:
			return fmt.Errorf("serve sandbox: %w", err)
		case <-ctx.Done():
		}
	}
	stop(server)
	<-ended
	return err
}

// calledAt answers calls to this address alone. A name that is not of this
// computer can be made to mean 127.0.0.1 by whoever owns it (DNS rebinding):
// their page would then read here what it may not read of another origin, and
// links would lead to it. Any port will do: it may be forwarded.
func (s *Sandbox) calledAt(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownName(r.Host) {
			no := refusalReply(&refusal{
				http.StatusMisdirectedRequest, codeInvalid, "The request is for another host", "Call the sandbox at http://" + address,
			})
			s.write(w, no)
			return
		}
		s.ServeHTTP(w, r)
	})
}

// ownName reports whether a Host header, which may have a port, means this
// computer for everybody.
func ownName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}

// stop lets calls under way finish for a moment, then cuts them off.
func stop(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // what is left of them is aborted
	}
}

// ErrListen is the error of [Sandbox.Serve] for an address that it does not
// listen on.
var ErrListen = errors.New("not a loopback address and port, such as 127.0.0.1:0")

// CheckListen reports whether [Sandbox.Serve] listens on an address: ErrListen
// where it does not.
func CheckListen(listen string) error {
	_, err := loopback(listen)
	return err
}

// loopback checks a listen address. "localhost" means 127.0.0.1 here, so that
// nobody's hosts file can make it something else.
func loopback(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("listen on %q: %w", listen, ErrListen)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return "", fmt.Errorf("listen on %q: %w", listen, ErrListen)
	}
	return net.JoinHostPort(host, port), nil
}
