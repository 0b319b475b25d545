package peplinktest

import "net/http"

// codeBadLogin was seen once at a login with a wrong password (field notes,
// Transport and errors). Its message is not known.
const codeBadLogin = 301

// login is POST login. A router without user logins knows no user.
func (r *Router) login(c *call) answer {
	arguments, fault, ok := readArguments(c.request, "username", "password")
	if !ok {
		return fault
	}
	name := r.cookieName(c.request)
	value, ok := r.sessions.login(arguments["username"], arguments["password"], name, r.clock.Now())
	if !ok {
		return failure(codeBadLogin, "Invalid username or password")
	}
	a := success([]byte(`{"permission":{"GET":1,"POST":0}}`), "")
	a.cookie = &http.Cookie{ //nolint:gosec // as a router sets it, and so without Secure over plain http
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: c.request.TLS != nil,
	}
	return a
}

// logout is POST logout: it ends the session of the cookie the request carries.
// The document's example sends no body; an empty object is taken too.
func (r *Router) logout(c *call) answer {
	if fault, ok := readNoArguments(c.request); !ok {
		return fault
	}
	if c.session != byCookie {
		return r.unauthorized()
	}
	r.sessions.logout(c.cookie)
	return success(nil, "")
}
