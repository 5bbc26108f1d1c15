package sandbox

import "slices"

// me answers GET /v1/auth/me with the user at the root.
func me(c *call) (any, error) {
	_, p, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	return p.response(), nil
}

// myHistory answers GET /v1/auth/me/history with an array at the root, newest
// first.
func myHistory(c *call) (any, error) {
	_, p, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	type line struct {
		UserID         string `json:"userId"`
		LoginTime      int64  `json:"loginTime"` // epoch seconds
		City           string `json:"city"`
		Country        string `json:"country"`
		IP             string `json:"ip"`
		SelectedTenant string `json:"selectedTenant"`
	}
	lines := []line{}
	for _, v := range slices.Backward(p.History) {
		lines = append(lines, line{UserID: p.ID, LoginTime: v.Time.Unix(), IP: v.IP, SelectedTenant: v.Tenant})
	}
	return lines, nil
}

// myTenants answers POST /v1/auth/me/tenants. The body asks for the current
// tenant (dct) or for some by id; with neither it answers all of them.
func myTenants(c *call) (any, error) {
	var in struct {
		Current bool     `json:"dct"`
		IDs     []string `json:"ids"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s, p, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	type tenant struct {
		ID               string         `json:"id"`
		Name             string         `json:"name"`
		CustomAttributes map[string]any `json:"customAttributes"`
	}
	out := struct {
		Tenants []tenant `json:"tenants"`
	}{[]tenant{}}
	for _, t := range p.Tenants {
		if in.Current && t.ID != s.Tenant || len(in.IDs) > 0 && !slices.Contains(in.IDs, t.ID) {
			continue
		}
		out.Tenants = append(out.Tenants, tenant{t.ID, t.Name, map[string]any{}})
	}
	return out, nil
}

// selectTenant answers POST /v1/auth/tenant/select.
func selectTenant(c *call) (any, error) {
	var in struct {
		Tenant string `json:"tenant"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Tenant == "" {
		return nil, missing("tenant")
	}
	s, p, err := c.signedIn()
	if err != nil {
		return nil, err
	}
	if !p.memberOf(in.Tenant) {
		return nil, refuse(codeArgument, "An argument is invalid", "The user is not a member of the tenant")
	}
	s.Tenant, s.Used = in.Tenant, c.now
	s.rotate(c.box.opts.Rotation, c.now)
	if err := put(c.tx, sessionBucket, s.path(), s); err != nil {
		return nil, err
	}
	return c.issue(grant{session: s, person: p, refresh: true, showUser: true})
}
