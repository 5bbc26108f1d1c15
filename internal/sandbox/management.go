package sandbox

import "slices"

// managed is the reply to a management call about one user.
type managed struct {
	User    responseUser `json:"user"`
	Created bool         `json:"created"`
}

// createTestUser answers POST /v1/mgmt/user/create/test. A test user is
// finished at once and may be in tenants; its tokens say "tu": true.
func createTestUser(c *call) (any, error) {
	var in struct {
		profile
		LoginID       string       `json:"loginId"`
		DisplayName   string       `json:"displayName"` // the name in descope/go-sdk, python-sdk and descope-ruby-sdk
		VerifiedEmail bool         `json:"verifiedEmail"`
		VerifiedPhone bool         `json:"verifiedPhone"`
		Tenants       []userTenant `json:"userTenants"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := checkLoginID(in.LoginID); err != nil {
		return nil, err
	}
	if in.Name == "" {
		in.Name = in.DisplayName
	}
	p, err := c.newcomer(in.LoginID, in.profile)
	if refused, ok := err.(*refusal); ok {
		return nil, refuse(codeNotCreated, "The user could not be created", refused.Error())
	}
	if err != nil {
		return nil, err
	}
	p.Finished, p.Test = true, true
	p.VerifiedEmail, p.VerifiedPhone = in.VerifiedEmail, in.VerifiedPhone
	for _, t := range in.Tenants {
		p.Tenants = append(p.Tenants, tenancy{t.TenantID, t.TenantName, t.RoleNames, t.Permissions})
	}
	return managed{p.response(), true}, c.save(p)
}

// deleteTestUsers answers DELETE /v1/mgmt/user/test/delete/all.
func deleteTestUsers(c *call) (any, error) {
	var doomed []string
	err := eachPerson(c.tx, func(p person) error {
		if p.Test {
			doomed = append(doomed, p.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, id := range doomed {
		if err := c.forget(id); err != nil {
			return nil, err
		}
	}
	return struct{}{}, nil
}

// showUser answers GET /v1/mgmt/user?loginId=.
func showUser(c *call) (any, error) {
	p, _, err := c.finishedUser(c.r.URL.Query().Get("loginId"), "")
	if err != nil {
		return nil, err
	}
	return managed{User: p.response()}, nil
}

// deleteTOTP answers POST /v1/mgmt/user/totp/delete, the way to help somebody
// who has lost the phone.
func deleteTOTP(c *call) (any, error) {
	p, _, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	p.TOTP, p.PendingTOTP = nil, nil
	return struct{}{}, c.save(p)
}

// logOutUser answers POST /v1/mgmt/user/logout.
func logOutUser(c *call) (any, error) {
	p, _, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.endSessions(p.ID)
}

// updateStatus answers POST /v1/mgmt/user/update/status.
func updateStatus(c *call) (any, error) {
	var in struct {
		Status string `json:"status"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{statusEnabled, "disabled", "invited"}, in.Status) {
		return nil, refuse(codeArgument, "An argument is invalid", "The status field must be enabled, disabled or invited")
	}
	p, _, err := c.namedUser()
	if err != nil {
		return nil, err
	}
	p.Status = in.Status
	return managed{User: p.response()}, c.save(p)
}

// license answers GET /v1/mgmt/license; the SDKs put the tier into a header.
func license(*call) (any, error) {
	return struct {
		Tier string `json:"rateLimitTier"`
	}{"sandbox"}, nil
}

// namedUser reads the user that a management body names.
func (c *call) namedUser() (person, string, error) {
	var in struct {
		LoginID string `json:"loginId"`
		UserID  string `json:"userId"`
	}
	if err := c.decode(&in); err != nil {
		return person{}, "", err
	}
	return c.finishedUser(in.LoginID, in.UserID)
}

// finishedUser reads a registered user by login id or by user id.
func (c *call) finishedUser(loginID, userID string) (person, string, error) {
	read, key := c.personByLogin, loginID
	if loginID == "" {
		read, key = c.personByID, userID
	}
	if key == "" {
		return person{}, "", missing("loginId")
	}
	p, found, err := read(key)
	if err != nil {
		return person{}, "", err
	}
	if !found || !p.Finished {
		return person{}, "", refuse(codeNotFound, "The user was not found", "")
	}
	return p, loginID, nil
}
