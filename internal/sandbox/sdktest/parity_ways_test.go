package sdktest

import (
	"context"
	"strings"

	"postern/client"
)

// ownCalls are those of somebody signed in, and of everybody.
func ownCalls() []call {
	type op = func(context.Context, *client.Client, fixture, *client.Session) error
	own := func(name, by string, make op) call { return call{name: name, by: by, make: make} }
	return []call{
		own("keys", "Keys", func(ctx context.Context, c *client.Client, _ fixture, _ *client.Session) error {
			return c.Keys(ctx)
		}),
		own("me", "Me", func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.Me(ctx, client.Secret(f.Refresh))
			return err
		}),
		own("history", "History", func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			_, err := c.History(ctx, on)
			return err
		}),
		own("my tenants", "Tenants", func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			_, err := c.Tenants(ctx, on)
			return err
		}),
		own("tenant selection", "SelectTenant", func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			_, err := c.SelectTenant(ctx, on, "T2")
			return err
		}),
		own("refresh", "Refresh", func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.Refresh(ctx, client.Secret(f.Refresh))
			return err
		}),
		own("logout", "Logout", func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			return c.Logout(ctx, client.Secret(f.Refresh))
		}),
		own("logout everywhere", "LogoutAll", func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			return c.LogoutAll(ctx, on)
		}),
		own("validate", "Validate", func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			_, err := c.Validate(ctx, on)
			return err
		}),
	}
}

// passwordCalls are those that have to do with a password.
func passwordCalls() []call {
	const good, other client.Secret = "Pa55word!", "Pa55word?"
	signIn := func(name string, o client.LoginOptions) call {
		return call{name: name, by: "Verify", prepare: preparePassword, make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.Verify(ctx, client.Verify{Method: client.Password, LoginID: f.LoginID, Code: good, Options: o})
			return err
		}}
	}
	signUp := func(name string, u client.NewUser, o client.LoginOptions) call {
		return call{name: name, by: "SignUpPassword", make: func(ctx context.Context, c *client.Client, _ fixture, _ *client.Session) error {
			_, err := c.SignUpPassword(ctx, newEmail, good, u, o)
			return err
		}}
	}
	return []call{
		signUp("password sign-up", client.NewUser{}, client.LoginOptions{}),
		signUp("password sign-up with user and options", newUser, options),
		signIn("password sign-in", client.LoginOptions{}),
		signIn("password sign-in with options", everyOption()),
		{name: "password reset", by: "ResetPassword", make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, _, err := c.ResetPassword(ctx, f.LoginID)
			return err
		}},
		{name: "password update", by: "SetPassword", make: func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
			return c.SetPassword(ctx, on, other)
		}},
		{name: "password replace", by: "ReplacePassword", prepare: preparePassword, make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.ReplacePassword(ctx, f.LoginID, good, other)
			return err
		}},
		{name: "password policy", by: "PasswordPolicy", make: func(ctx context.Context, c *client.Client, _ fixture, _ *client.Session) error {
			_, err := c.PasswordPolicy(ctx)
			return err
		}},
	}
}

// keyCalls are those of a program that has an access key.
func keyCalls() []call {
	exchange := func(name string, o client.LoginOptions) call {
		return call{name: name, by: "ExchangeAccessKey", prepare: prepareKey, make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.ExchangeAccessKey(ctx, client.Secret(f.AccessKey), o)
			return err
		}}
	}
	withKey := exchange("access key exchange with the auth management key", client.LoginOptions{})
	withKey.authKey = true
	return []call{
		exchange("access key exchange", client.LoginOptions{}),
		exchange("access key exchange with options", client.LoginOptions{Claims: options.Claims, Tenant: "T1"}),
		withKey,
	}
}

// prepareKey makes an access key of a tenant.
func prepareKey(b *bench, d *desk, f *fixture) {
	b.t.Helper()
	f.AccessKey = b.post(d, keyCreate, b.identity.ManagementKey, object{
		"name": "ci", "keyTenants": []object{{"tenantId": "T1"}},
	})["cleartext"].(string)
}

// preparePassword gives Tess one.
func preparePassword(b *bench, d *desk, f *fixture) {
	b.t.Helper()
	b.post(d, pwdUpdate, f.Refresh, object{"loginId": tess, "newPassword": "Pa55word!"})
}

// pressedCalls come back from a link.
func pressedCalls() []call {
	back := func(name string, m client.Method, code func(fixture) string) call {
		return call{name: name, by: "Verify", prepare: prepareLinks, make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.Verify(ctx, client.Verify{Method: m, LoginID: f.LoginID, Code: client.Secret(code(f))})
			return err
		}}
	}
	return []call{
		back("enchanted link wait", client.Link, func(f fixture) string { return f.Ref }),
		back("magic link verify", client.MagicLink, func(f fixture) string { return f.Token }),
	}
}

// prepareLinks makes an enchanted link that was pressed, and a magic link.
func prepareLinks(b *bench, d *desk, f *fixture) {
	b.t.Helper()
	asked := object{"loginId": tess, "deliveryMethod": "email", "URI": "https://app.example.com"}
	made := b.post(d, linkMade, b.identity.ManagementKey, asked)
	f.Ref = made["pendingRef"].(string)
	_, token, _ := strings.Cut(made["link"].(string), "t=")
	b.post(d, linkVerify, "", object{"token": token})
	made = b.post(d, magicMade, b.identity.ManagementKey, asked)
	_, f.Token, _ = strings.Cut(made["link"].(string), "t=")
}
