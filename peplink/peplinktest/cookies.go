package peplinktest

import (
	"net/http"
	"slices"
	"time"
)

// login is a session held by a cookie.
type login struct {
	user   string
	cookie string // the name of the cookie it was issued as
	used   time.Time
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
func (s *sessions) login(user, password, cookie string, now time.Time) (value string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, found := s.users[user]; !found || known != password {
		return "", false
	}
	value = randomHex()
	s.logins[value] = &login{user: user, cookie: cookie, used: now}
	s.cookies = append(s.cookies, value)
	return value, true
}

// loggedIn says whether a cookie holds a session. One that is used lives on.
func (s *sessions) loggedIn(cookie, value string, now time.Time, use bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logins[value]
	if l == nil || l.cookie != cookie || !l.lives(now) {
		return false
	}
	if use {
		l.used = now
	}
	return true
}

func (l *login) lives(now time.Time) bool { return now.Before(l.used.Add(DefaultSessionIdle)) }

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
