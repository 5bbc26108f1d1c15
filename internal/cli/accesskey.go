package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"postern/client"
	"postern/flows"
	"postern/keychain"
	"postern/ui"
)

// byAccessKey is the --method of programs.
const byAccessKey = "access-key"

// keyFlags say where an access key is.
type keyFlags struct {
	file  string
	stdin bool
}

func (k *keyFlags) add(f *pflag.FlagSet) {
	f.StringVar(&k.file, "key-file", "", "with --method access-key: the file (mode 0600) with the key in its first line")
	f.BoolVar(&k.stdin, "key-stdin", false, "with --method access-key: read the key from a line of stdin")
}

// check refuses what does not go together; method is what --method says.
func (k keyFlags) check(method string) error {
	switch given := k.file != "" || k.stdin; {
	case method != byAccessKey && given:
		return usageError{errors.New("--key-file and --key-stdin are for --method access-key")}
	case method == byAccessKey && k.file != "" && k.stdin:
		return usageError{errors.New("give one of --key-file and --key-stdin")}
	case method == byAccessKey && !given:
		return &ui.AnswerNeeded{What: "the access key", Flags: []string{"--key-file or --key-stdin"}}
	}
	return nil
}

// read returns the key.
func (k keyFlags) read(ctx context.Context, a *app) (client.Secret, error) {
	if k.stdin {
		return a.lineOfStdin(ctx, "the access key")
	}
	raw, err := keychain.ReadPrivate(k.file)
	if err != nil {
		return "", usageError{fmt.Errorf("--key-file: %w", err)}
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return "", usageError{fmt.Errorf("--key-file %s: its first line is empty", k.file)}
	}
	return client.Secret(line), nil
}

// loginKey signs a program in, and keeps the key: it takes the place of a
// refresh token. A key that is there already gives way without a question.
func (a *app) loginKey(ctx context.Context, k keyFlags, force bool) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	if p.RequireMFA {
		return keyIsOneFactor() // so it is not even read
	}
	keep := newKeeper(p)
	live, err := keep.Prepare(ctx)
	if err != nil {
		return err
	}
	if st, err := keep.account.Standing(ctx); live != "" && !force && (err != nil || !st.ByKey) {
		return flows.LiveSession{LoginID: live}
	}
	key, err := k.read(ctx, a)
	if err != nil {
		return err
	}
	s, err := p.client.ExchangeAccessKey(ctx, key, client.LoginOptions{})
	if err != nil {
		return err
	}
	old, err := keep.Keep(ctx, s)
	if err != nil {
		return err
	}
	return a.report(ctx, p, keep, flows.Outcome{End: flows.Entered, Session: s, LoginID: s.LoginID(), Old: old}, errand{})
}

// stateless is a session of an access key that is used once and kept nowhere.
type stateless struct {
	method  string
	key     keyFlags
	options optionFlags
}

func (s *stateless) add(f *pflag.FlagSet) {
	f.StringVar(&s.method, "method", "", "access-key: exchange one for a token, and keep nothing")
	s.key.add(f)
	s.options.addExchange(f)
}

// wanted reports whether an access key is to be exchanged.
func (s stateless) wanted() (bool, error) {
	if s.method != "" && s.method != byAccessKey {
		return false, usageError{fmt.Errorf("--method: want access-key, got %q", client.Clean(s.method))}
	}
	if s.method == "" && s.options.given() {
		return false, usageError{errors.New("--claim, --claim-json and --tenant are for --method access-key")}
	}
	return s.method != "", s.key.check(s.method)
}

func (s stateless) session(ctx context.Context, a *app, p *place) (*client.Session, error) {
	var o client.LoginOptions
	if err := s.options.into(&o); err != nil {
		return nil, err
	}
	key, err := s.key.read(ctx, a)
	if err != nil {
		return nil, err
	}
	return p.client.ExchangeAccessKey(ctx, key, o)
}

// noPerson is the error of what only a person can do or be asked about.
func noPerson() error {
	return &problem{
		exit: exitNotSignedIn, what: "An access key is signed in here, which is no person.", do: "Sign in as one",
		next: []string{"login", "--force"}, err: &client.Error{Op: "account", Kind: client.NotSignedIn},
	}
}

// person is live for what needs one.
func (a *app) person(ctx context.Context) (*place, *client.Account, *client.Session, error) {
	p, account, s, err := a.live(ctx)
	if err == nil && s.ByKey() {
		err = noPerson()
	}
	return p, account, s, err
}

// slowly reads a byte at a time, so that what comes after a line stays where
// it is, for another program.
type slowly struct{ io.Reader }

func (s slowly) Read(b []byte) (int, error) { return s.Reader.Read(b[:min(len(b), 1)]) }
