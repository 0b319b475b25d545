package peplinktest

import (
	"net/http"
	"slices"
	"time"
)

// codeBadLogin was seen once at a login with a wrong password (field notes,
// Transport and errors). Its message is not known.
const codeBadLogin = 301

// login is a session held by a cookie.
type login struct {
	user   string
	cookie string // the name of the cookie it was issued as
	used   time.Time
}

func (l *login) lives(now time.Time) bool { return now.Before(l.used.Add(DefaultSessionIdle)) }

// login is POST login. A router without user logins knows no user.
func (r *Router) login(c *call) answer {
	name := r.cookieName(c.request)
	value, right, ok := r.sessions.login(c.text("username"), c.text("password"), name, r.clock.Now())
	if !ok {
		r.note("Admin: login of %s failed", c.text("username"))
		return failure(codeBadLogin, "Invalid username or password")
	}
	r.note("Admin: %s logged in", c.text("username"))
	type permission struct{ GET, POST int } // API document, POST login
	a := successOf(map[string]permission{"permission": {GET: 1, POST: int(min(right, writer))}})
	a.cookie = &http.Cookie{ //nolint:gosec // as a router sets it, and so without Secure over plain http
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: c.request.TLS != nil,
	}
	return a
}

// logout is POST logout: it ends the session of the cookie the request carries.
func (r *Router) logout(c *call) answer {
	if c.session != byCookie {
		return r.unauthorized()
	}
	r.sessions.logout(c.cookie)
	return success(nil, "")
}

// cookieName is what the session cookie is called on this connection (field
// notes, Sessions and tokens).
func (r *Router) cookieName(request *http.Request) string {
	if request.TLS != nil {
		return "bauth"
	}
	return "pauth"
}

// login opens a session, none if the name or the password is wrong.
func (s *sessions) login(name, password, cookie string, now time.Time) (value string, allowed right, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.users[name]
	if now.Before(s.lockedUntil) {
		return "", anybody, false
	}
	if !found || known.password != password {
		if s.failures++; s.failures == s.lockAfter {
			s.failures, s.lockedUntil = 0, now.Add(s.lockFor)
		}
		return "", anybody, false
	}
	s.failures = 0
	value = randomHex()
	s.logins[value] = &login{user: name, cookie: cookie, used: now}
	s.cookies = append(s.cookies, value)
	return value, known.right, true
}

// loggedIn is what a cookie allows to. One that is used lives on.
func (s *sessions) loggedIn(cookie, value string, now time.Time, use bool) right {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logins[value]
	if l == nil || l.cookie != cookie || !l.lives(now) {
		return anybody
	}
	if use {
		l.used = now
	}
	return s.users[l.user].right
}

func (s *sessions) logout(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.logins, value)
}

// cookieNumber is the place of a cookie among all issued, from 1; 0 if never
// issued.
func (s *sessions) cookieNumber(value string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Index(s.cookies, value) + 1
}

// Cookies is the value of every session cookie ever issued, oldest first, so
// that a test can search logs and pages for them.
func (r *Router) Cookies() []string {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	return slices.Clone(r.sessions.cookies)
}

// ValidCookies counts the cookies the router would accept now.
func (r *Router) ValidCookies() int {
	now := r.clock.Now()
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	count := 0
	for _, l := range r.sessions.logins {
		if l.lives(now) {
			count++
		}
	}
	return count
}
