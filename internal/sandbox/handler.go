package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// ServeHTTP answers one call of the API. A request whose context ends before
// its answer is ready is aborted ([http.ErrAbortHandler]), never answered 200.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rep, err := s.answer(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.write(w, rep)
}

func (s *Sandbox) write(w http.ResponseWriter, rep reply) {
	for name, values := range rep.header {
		w.Header()[name] = values
	}
	s.stamp(w.Header(), rep)
	w.WriteHeader(rep.status)
	_, _ = w.Write(rep.body) // the only error is that nobody listens any more
}

// RoundTrip answers a call in process, with no port and no goroutine, so that
// a Sandbox is the Transport of an [http.Client]. The response is what
// net/http would have read from a connection. When the request's context ends
// first, its cause is the error; as on a network, the call may have been
// carried out then.
func (s *Sandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	in, err := received(r)
	if err != nil {
		return nil, err
	}
	rep, err := s.answer(in)
	if r.Body != nil {
		err = errors.Join(err, r.Body.Close())
	}
	if err != nil {
		return nil, err
	}
	header := rep.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	s.stamp(header, rep)
	return &http.Response{
		Status:        strconv.Itoa(rep.status) + " " + http.StatusText(rep.status),
		StatusCode:    rep.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(rep.body)),
		ContentLength: int64(len(rep.body)),
		Request:       r,
	}, nil
}

// received returns a client's request as a server would see it.
func received(r *http.Request) (*http.Request, error) {
	if r.URL == nil || r.URL.Host == "" {
		return nil, errors.New("sandbox: request without a host")
	}
	in := r.Clone(r.Context())
	if in.Header == nil {
		in.Header = http.Header{}
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Method == "" {
		in.Method = http.MethodGet
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.RemoteAddr = "127.0.0.1:0"
	return in, nil
}

// stamp adds the headers that a server adds to each reply.
func (s *Sandbox) stamp(header http.Header, rep reply) {
	header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	header.Set("Content-Length", strconv.Itoa(len(rep.body)))
}

// answer is the whole answer to a request, faults and latency included.
func (s *Sandbox) answer(r *http.Request) (reply, error) {
	hit := s.faults.on(r.URL.Path)
	wait := s.opts.Latency
	var instead *reply
	for _, f := range hit {
		wait += f.delay
		if f.instead != nil && instead == nil {
			rep := f.instead()
			instead = &rep
		}
	}
	rep, err := reply{}, error(nil)
	if instead != nil {
		rep = *instead
	} else {
		rep, err = s.respond(r, hit)
	}
	if err != nil {
		return reply{}, err
	}
	for _, f := range hit {
		if f.lose != nil {
			rep = f.lose()
		}
	}
	return rep, pause(r.Context(), wait)
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
