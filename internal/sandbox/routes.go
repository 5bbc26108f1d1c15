package sandbox

import (
	"net/http"
	"strings"
	"sync"
)

// caller says who may make a call.
type caller int

const (
	visitor caller = iota // Bearer project; some calls take a refresh token as well
	anyone                // no Authorization needed
	holder                // Bearer project:refreshJwt, or the refresh cookie
	checker               // Bearer project:sessionJwt, or the session cookie
	manager               // Bearer project:managementKey
	machine               // Bearer project:accessKey
)

// route is one call of the API.
type route struct {
	caller   caller
	readOnly bool // its handler stores nothing, so it needs no fsync
	handle   handler
}

// cookie names the cookie that may stand in for the token in Authorization.
func (rt route) cookie() string {
	if rt.caller == checker {
		return sessionCookie
	}
	return refreshCookie
}

// The key endpoints end in a project id.
const (
	keysPath    = "/v2/keys/"
	oldKeysPath = "/v1/keys/"
)

// routes lists every call by path, then by method.
var routes = sync.OnceValue(newRouteTable)

type routeTable map[string]map[string]route

func newRouteTable() routeTable {
	routes := routeTable{}
	routes.get(keysPath, anyone, publishKeys)
	routes.get(oldKeysPath, anyone, publishBareKeys)

	routes.post("/v1/auth/totp/signup", visitor, signUpTOTP)
	routes.post("/v1/auth/totp/verify", visitor, verifyTOTP)
	routes.post("/v1/auth/totp/update", holder, updateTOTP)

	routes.sends("otp", (*call).sendCode, channels...)
	for _, ch := range channels {
		routes.post("/v1/auth/otp/verify/"+string(ch), visitor, verifyOTP(ch))
	}
	routes.links()
	routes.passwords()
	routes.recoveryCodes()
	routes.accessKeys()

	routes.post("/v1/auth/refresh", holder, refresh)
	routes.post("/v1/auth/try-refresh", visitor, tryRefresh)
	routes.post("/v1/auth/logout", holder, logout)
	routes.post("/v1/auth/logoutall", holder, logoutAll)
	routes.post("/v1/auth/tenant/select", holder, selectTenant)
	routes.add(http.MethodPost, "/v1/auth/validate", route{caller: checker, readOnly: true, handle: validate})
	routes.add(http.MethodPost, "/v1/auth/me/tenants", route{caller: holder, readOnly: true, handle: myTenants})
	routes.get("/v1/auth/me", holder, me)
	routes.get("/v1/auth/me/history", holder, myHistory)

	routes.post("/v1/mgmt/user/create/test", manager, createTestUser)
	routes.post("/v1/mgmt/tests/generate/otp", manager, generateOTP)
	routes.add(http.MethodDelete, "/v1/mgmt/user/test/delete/all", route{caller: manager, handle: deleteTestUsers})
	routes.get("/v1/mgmt/user", manager, showUser)
	routes.post("/v1/mgmt/user/totp/delete", manager, deleteTOTP)
	routes.post("/v1/mgmt/user/delete", manager, deleteUser)
	routes.post("/v1/mgmt/user/logout", manager, logOutUser)
	routes.post("/v1/mgmt/user/update/status", manager, updateStatus)
	routes.get("/v1/mgmt/license", manager, license)
	return routes
}

func (t routeTable) add(method, path string, rt route) {
	if t[path] == nil {
		t[path] = map[string]route{}
	}
	t[path][method] = rt
}

func (t routeTable) post(path string, who caller, h handler) {
	t.add(http.MethodPost, path, route{caller: who, handle: h})
}

func (t routeTable) get(path string, who caller, h handler) {
	t.add(http.MethodGet, path, route{caller: who, readOnly: true, handle: h})
}

// sends adds the calls by which a method sends codes or links.
func (t routeTable) sends(method string, send sender, through ...channel) {
	for _, ch := range through {
		at, name := "/v1/auth/"+method+"/", string(ch)
		t.post(at+"signup/"+name, visitor, send.signUp(ch))
		t.post(at+"signin/"+name, visitor, send.signIn(ch))
		t.post(at+"signup-in/"+name, visitor, send.signUpOrIn(ch))
		if ch != byEmail {
			name = "phone/" + name
		}
		t.post(at+"update/"+name, holder, send.update(ch))
	}
}

// route finds the route of a call and checks its Authorization.
func (c *call) route() (route, error) {
	path := c.r.URL.Path
	for _, prefix := range []string{keysPath, oldKeysPath} {
		id, ok := strings.CutPrefix(path, prefix)
		if ok && id != c.box.identity.ProjectID {
			return route{}, refuse(codeProject, "The project id is invalid", "")
		}
		if ok {
			path = prefix
		}
	}
	methods, ok := routes()[path]
	if !ok {
		return route{}, &refusal{http.StatusNotFound, codeMalformed, "The sandbox has no such call", path}
	}
	rt, ok := methods[c.r.Method]
	if !ok {
		return route{}, &refusal{http.StatusMethodNotAllowed, codeMalformed, "The call has another method", c.r.Method}
	}
	if err := c.authorise(rt); err != nil {
		return route{}, err
	}
	for _, f := range c.hit {
		if f.refuse == nil {
			continue
		}
		if r := f.refuse(c); r != nil {
			return route{}, r
		}
	}
	return rt, nil
}
