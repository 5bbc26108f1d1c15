//go:build linux

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// tunnel is a proxy of a company's: it answers CONNECT, ends TLS with its own
// certificate for one host, and hands what comes out of it to a handler.
type tunnel struct {
	proxy   string // for HTTPS_PROXY
	trust   string // for SSL_CERT_FILE
	mu      sync.Mutex
	asked   []string
	inner   *tls.Config
	arrived chan net.Conn
}

func newTunnel(p *person, host string, to http.Handler) *tunnel {
	p.t.Helper()
	ca, cert := certificateFor(p.t, host)
	n := &tunnel{
		trust: p.path("ca.pem"), arrived: make(chan net.Conn),
		inner: &tls.Config{Certificates: []tls.Certificate{cert}},
	}
	write(p.t, n.trust, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca})))
	outer := httptest.NewServer(http.HandlerFunc(n.connect))
	inside := &http.Server{Handler: to, ReadHeaderTimeout: limit}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = inside.Serve(n)
	}()
	p.t.Cleanup(func() {
		outer.Close()
		close(n.arrived)
		_ = inside.Close()
		<-done
	})
	n.proxy = outer.URL
	return n
}

func (n *tunnel) connect(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	n.asked = append(n.asked, r.Method+" "+r.Host)
	n.mu.Unlock()
	if r.Method != http.MethodConnect {
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		_ = conn.Close()
		return
	}
	n.arrived <- tls.Server(conn, n.inner)
}

// hosts are what was asked for, each once.
func (n *tunnel) hosts() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := slices.Clone(n.asked)
	slices.Sort(all)
	return slices.Compact(all)
}

// Accept, Close and Addr make the far end of the tunnel a listener.
func (n *tunnel) Accept() (net.Conn, error) {
	if conn, ok := <-n.arrived; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (n *tunnel) Close() error   { return nil }
func (n *tunnel) Addr() net.Addr { return &net.TCPAddr{} }

// certificateFor makes an authority of its own and a certificate by it.
func certificateFor(t *testing.T, host string) (authority []byte, cert tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(name string, ca bool, parent *x509.Certificate) ([]byte, *x509.Certificate) {
		tmpl := &x509.Certificate{
			SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
		}
		if ca {
			tmpl.KeyUsage, parent = x509.KeyUsageCertSign, tmpl
		} else {
			tmpl.DNSNames = []string{name}
		}
		raw, err := x509.CreateCertificate(rand.Reader, tmpl, parent, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return raw, tmpl
	}
	authority, parent := issue("Test authority", true, nil)
	leaf, _ := issue(host, false, parent)
	return authority, tls.Certificate{Certificate: [][]byte{leaf}, PrivateKey: key}
}
