package peplink

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// forgiveness is how often a back-off after refused credentials can be ended by request.
const forgiveness = 5 * time.Minute

// Forget ends the wait after refused credentials, at most once in five minutes: somebody
// may have mended the router's side.
func (c *Client) Forget() { c.session.forget() }

func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused.err == nil || s.now().Before(s.forgiven.Add(forgiveness)) {
		return
	}
	s.forgiven = s.now()
	s.refused.until = time.Time{}
}

// GiveBack ends the session at the router, if a connection is open over which that can be
// said: a token is revoked, a user logged out (API document, POST auth.token.revoke and
// POST logout). From then on the client begins no session and makes no new connection. The error says why the
// router could not be told; the session is over for this client all the same.
func (c *Client) GiveBack(ctx context.Context) error {
	c.wire.sealed.Store(true)
	c.session.end(c.close) // or a grant under way would bring a token that nobody gives back
	credential := c.session.take()
	if credential == nil {
		return nil
	}
	r := request{
		method:   http.MethodPost,
		endpoint: revokeEndpoint,
		body: struct {
			AccessToken string `json:"accessToken"`
		}{credential.token},
		beside: true,
	}
	if credential.cookies != nil {
		r.endpoint, r.body = logoutEndpoint, struct{}{}
	}
	_, err := c.send(ctx, c.authorize(r, credential))
	return err
}

// take takes the credential out of the session; nil where there is none that serves.
func (s *session) take() *credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	credential := s.current
	s.current = nil
	if !credential.serves(s.now()) {
		return nil
	}
	return credential
}

// authorize makes a request one of the session.
func (c *Client) authorize(r request, credential *credential) request {
	r.secrets = []string{credential.token, credential.of.ClientID, credential.of.ClientSecret, credential.of.Password}
	if credential.cookies != nil {
		r.cookies = credential.cookies
		for _, cookie := range credential.cookies.Cookies(c.base) {
			r.secrets = append(r.secrets, cookie.Value)
		}
		return r
	}
	query := url.Values{"accessToken": {credential.token}}
	maps.Copy(query, r.query)
	r.query = query
	return r
}
