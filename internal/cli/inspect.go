package cli

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "inspect",
		Short: "Take the stored session token apart",
		Long: `Take the stored session token apart: which token it is, whether its signature
is good, who issued it, and each claim with times as local time. The token
itself is not printed, and no request is sent; a token that has expired is
shown too, with what is wrong with it.

  postern inspect --json | jq .claims.amr`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.inspect(cmd.Context()) },
	}
}

// errNothingCached is an account whose session token is not here.
var errNothingCached = &problem{
	exit: exitOther, what: "There is no session token here just now.", do: "Get one", next: []string{"refresh"},
}

func (a *app) inspect(ctx context.Context) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	account, _ := p.current()
	in, found, err := account.Inspect(ctx)
	if err != nil {
		return p.unpinned(err)
	}
	if !found {
		return errNothingCached
	}
	var issuer struct {
		Iss client.Text `json:"iss"`
	}
	_ = json.Unmarshal(in.Claims, &issuer)
	host := issuerHost(issuer.Iss)
	if !a.flags.json {
		return a.printLines(ui.InspectionLines(in, host, p.client.Now()))
	}
	fields := map[string]any{
		"token": ui.TokenName(in.Kind), "kind": in.Kind, "algorithm": in.Algorithm, "key_id": in.KeyID,
		"signature": signatureNames[in.Signature], "valid": in.Fault == nil,
		"issuer": issuer.Iss, "issuer_host": host, "claims": in.Claims,
	}
	if in.Fault != nil {
		fields["fault"] = client.Clean(in.Fault.Error())
	}
	return a.printJSON(p.said(fields))
}

var signatureNames = map[client.Signature]string{
	client.SignatureBad: "bad", client.SignatureUnknown: "unknown key", client.SignatureGood: "good",
}

// issuerHost is the host in an issuer that is a URL; a bare project id has none.
func issuerHost(issuer client.Text) client.Text {
	u, err := url.Parse(string(issuer))
	if err != nil {
		return ""
	}
	return client.Clean(u.Host)
}
