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
	clients map[string]string // id → secret
	tokens  map[string]token  // those neither revoked nor lost
	issued  []string

	users   map[string]string // name → password
	logins  map[string]*login // cookie value → login, those neither ended nor lost
	cookies []string          // every value issued

	grantEndsOlder bool
}

type token struct {
	client  string
	expires time.Time
}

func newSessions(m *model, o options) *sessions {
	return &sessions{
		clients: o.clients, tokens: make(map[string]token),
		users: o.users, logins: make(map[string]*login),
		grantEndsOlder: m.GrantEndsOlderTokens,
	}
}

// grant issues a token, none if the client's credentials are wrong.
func (s *sessions) grant(id, secret string, expires time.Time) (issued string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, found := s.clients[id]; !found || known != secret {
		return "", false
	}
	if s.grantEndsOlder {
		s.drop(func(t token) bool { return t.client == id })
	}
	issued = randomHex()
	s.tokens[issued] = token{client: id, expires: expires}
	s.issued = append(s.issued, issued)
	return issued, true
}

// randomHex is 32 hexadecimal digits, as tokens are.
func randomHex() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, as crypto/rand says
	return hex.EncodeToString(random[:])
}

func (s *sessions) valid(text string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[text]
	return ok && now.Before(t.expires)
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

// AddClient makes an API client known, or gives a known one another secret. Its
// tokens live on.
func (r *Router) AddClient(id, secret string) {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	r.sessions.clients[id] = secret
}

// RemoveClient makes an API client unknown and ends its tokens.
func (r *Router) RemoveClient(id string) {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	delete(r.sessions.clients, id)
	r.sessions.drop(func(t token) bool { return t.client == id })
}
