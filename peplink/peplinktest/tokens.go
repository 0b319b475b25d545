package peplinktest

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"
)

// sessions are the API clients and users a router knows, the tokens and the
// cookies it has issued.
type sessions struct {
	mu      sync.Mutex
	clients []client
	tokens  map[string]token // those neither revoked nor lost
	issued  []string

	users   map[string]user   // by name
	logins  map[string]*login // cookie value → login, those neither ended nor lost
	cookies []string          // every value issued

	// After lockAfter wrong passwords, 0 for never, nobody can log in for a while.
	lockAfter   int
	lockFor     time.Duration
	failures    int
	lockedUntil time.Time

	grantEndsOlder bool
}

type user struct {
	password string
	right    right
}

// client is an API client, as GET auth.client lists it (API document).
type client struct {
	Name         string `json:"name"`
	ID           string `json:"clientId"`
	Secret       string `json:"clientSecret"`
	Confidential bool   `json:"confidential"`
	Created      int64  `json:"createTimestamp"`
	Scope        string `json:"scope"`
}

// The scopes of clients and tokens (API document, POST auth.client).
const (
	scopeReadOnly = "api.read-only"
	scopeAll      = "api"
)

type token struct {
	client  client
	created time.Time
	expires time.Time
}

// grant issues a token, none if the client's credentials are wrong.
func (s *sessions) grant(id, secret string, now time.Time, life time.Duration) (issued, scope string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.clients, func(c client) bool { return c.ID == id && c.Secret == secret })
	if at < 0 {
		return "", "", false
	}
	if s.grantEndsOlder {
		s.drop(func(t token) bool { return t.client.ID == id })
	}
	issued = randomHex()
	s.tokens[issued] = token{client: s.clients[at], created: now, expires: now.Add(life)}
	s.issued = append(s.issued, issued)
	return issued, s.clients[at].Scope, true
}

// randomHex is 32 hexadecimal digits, as tokens are.
func randomHex() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, as crypto/rand says
	return hex.EncodeToString(random[:])
}

// allows is what a token allows to.
func (s *sessions) allows(text string, now time.Time) right {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch t, ok := s.tokens[text]; {
	case !ok || !now.Before(t.expires):
		return anybody
	case t.client.Scope == scopeAll:
		return writer
	}
	return reader
}

// number is the place of a token among all issued, from 1; 0 if never issued.
func (s *sessions) number(text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Index(s.issued, text) + 1
}

func (s *sessions) revoke(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, text)
}

// drop ends tokens; the caller holds the lock.
func (s *sessions) drop(which func(token) bool) {
	for text, t := range s.tokens {
		if which(t) {
			delete(s.tokens, text)
		}
	}
}

// Tokens is every token ever issued, oldest first, so that a test can search
// logs and pages for them.
func (r *Router) Tokens() []string {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	return slices.Clone(r.sessions.issued)
}

// ValidTokens counts the tokens the router would accept now.
func (r *Router) ValidTokens() int {
	now := r.clock.Now()
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	count := 0
	for _, t := range r.sessions.tokens {
		if now.Before(t.expires) {
			count++
		}
	}
	return count
}

// RevokeTokens makes the router lose all tokens and cookies, as it may on a
// reboot (field notes, Sessions and tokens).
func (r *Router) RevokeTokens() {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	clear(r.sessions.tokens)
	clear(r.sessions.logins)
}

// SetGrantEndsOlderTokens says whether a new grant ends the older tokens of the
// same client. That is unproven of real routers (field notes, Sessions and
// tokens), so both ways can be tried; unless the model says otherwise they live
// on.
func (r *Router) SetGrantEndsOlderTokens(on bool) {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	r.sessions.grantEndsOlder = on
}

// AddClient makes an API client of read-only scope known, or gives a known one
// another secret. Its tokens live on.
func (r *Router) AddClient(id, secret string) {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	for i := range r.sessions.clients {
		if r.sessions.clients[i].ID == id {
			r.sessions.clients[i].Secret = secret
			return
		}
	}
	r.sessions.clients = append(r.sessions.clients, readOnly(id, secret))
}

// RemoveClient makes an API client unknown and ends its tokens.
func (r *Router) RemoveClient(id string) {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	r.sessions.clients = slices.DeleteFunc(r.sessions.clients, func(c client) bool { return c.ID == id })
	r.sessions.drop(func(t token) bool { return t.client.ID == id })
}

func readOnly(id, secret string) client {
	return client{Name: "client " + id, ID: id, Secret: secret, Created: ReferenceTime().Unix(), Scope: scopeReadOnly}
}
