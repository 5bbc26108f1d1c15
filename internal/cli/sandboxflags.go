package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"postern/internal/sandbox"
)

// serveFlags are the switches of `sandbox serve`.
type serveFlags struct {
	listen, sessionToken, refreshToken, rotation, issuer, region string
	latency, sessionTTL, refreshTTL, inactivity, clockOffset     time.Duration
	audience, faults, variants                                   []string
}

func (s *serveFlags) register(f *pflag.FlagSet) {
	f.StringVar(&s.listen, "listen", "127.0.0.1:0", "loopback address and port; 0 takes a free one")
	f.StringVar(&s.sessionToken, "session-token", "body", "where the session token travels: body or cookies")
	f.StringVar(&s.refreshToken, "refresh-token", "body", "where the refresh token travels: body or cookies")
	f.StringVar(&s.rotation, "rotation", "off", "refresh token rotation: off, strict or grace=10s")
	f.StringVar(&s.issuer, "issuer", "id", "form of the issuer claim: id, url or custom-host")
	f.StringArrayVar(&s.audience, "audience", nil, "the audience claim (repeatable)")
	f.StringVar(&s.region, "region", "", "region in the project id of a new state, such as euc1")
	f.DurationVar(&s.latency, "latency", 0, "added to each reply")
	f.DurationVar(&s.sessionTTL, "session-ttl", 10*time.Minute, "lifetime of a session token")
	f.DurationVar(&s.refreshTTL, "refresh-ttl", 720*time.Hour, "lifetime of a refresh token")
	f.DurationVar(&s.inactivity, "inactivity", 0, "a session ends when it was not refreshed for so long; 0 is off")
	f.DurationVar(&s.clockOffset, "clock-offset", 0, "the sandbox's clock minus this computer's")
	f.StringArrayVar(&s.faults, "fault", nil, "a named fault (repeatable)")
	f.StringArrayVar(&s.variants, "variant", nil, "another choice where Descope's is not known (repeatable)")
}

// options are the sandbox's own form of the switches.
func (s serveFlags) options() (o sandbox.Options, err error) {
	o = sandbox.Options{
		Latency: s.latency, SessionTTL: s.sessionTTL, RefreshTTL: s.refreshTTL,
		Inactivity: s.inactivity, Audience: s.audience, ClockOffset: s.clockOffset, Faults: s.faults, Variants: s.variants,
	}
	var errs [8]error
	o.SessionToken, errs[0] = sandbox.ParsePlace(s.sessionToken)
	o.RefreshToken, errs[1] = sandbox.ParsePlace(s.refreshToken)
	o.Rotation, errs[2] = sandbox.ParseRotation(s.rotation)
	o.Issuer, errs[3] = sandbox.ParseIssuer(s.issuer)
	o.Region, errs[4] = sandbox.ParseRegion(s.region)
	errs[5] = known("--fault", s.faults, sandbox.FaultHelp, sandbox.Faults())
	errs[6] = known("--variant", s.variants, sandbox.VariantHelp, sandbox.Variants())
	errs[7] = sandbox.CheckListen(s.listen)
	if err := errors.Join(errs[:]...); err != nil {
		return o, usageError{err}
	}
	return o, nil
}

// known refuses names without help. What stands behind an @ confines a fault.
func known(flag string, given []string, help func(string) string, names []string) error {
	for _, text := range given {
		if name, _, _ := strings.Cut(text, "@"); help(name) == "" {
			return fmt.Errorf("%s: unknown %q, want one of %s", flag, name, strings.Join(names, ", "))
		}
	}
	return nil
}
