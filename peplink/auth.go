package peplink

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"time"
)

// The endpoints that begin and end sessions.
const (
	grantEndpoint  = "auth.token.grant"
	revokeEndpoint = "auth.token.revoke"
	loginEndpoint  = "login"
	logoutEndpoint = "logout"
)

// beginsSession reports whether a session is what an endpoint answers.
func beginsSession(endpoint string) bool {
	return endpoint == grantEndpoint || endpoint == loginEndpoint
}

// begin begins a session.
func (c *Client) begin(ctx context.Context, credentials Credentials) (*credential, error) {
	if credentials.Username != "" {
		return c.login(ctx, credentials)
	}
	return c.grant(ctx, credentials)
}

// grant asks the router for a token (API document, POST auth.token.grant). No scope is
// named, which made the grant fail on some 8.x (field notes, Sessions and tokens).
func (c *Client) grant(ctx context.Context, credentials Credentials) (*credential, error) {
	asked := c.session.now() // the life is counted from before the router did, to be on the safe side
	var granted struct {
		AccessToken Text   `json:"accessToken"`
		ExpiresIn   Number `json:"expiresIn"` // seconds
	}
	_, err := c.send(ctx, request{
		method:   http.MethodPost,
		endpoint: grantEndpoint,
		body: struct {
			ClientID     string `json:"clientId"`
			ClientSecret string `json:"clientSecret"`
		}{credentials.ClientID, credentials.ClientSecret},
		secrets: []string{credentials.ClientID, credentials.ClientSecret},
		into:    &granted,
	})
	if err != nil {
		return nil, err
	}
	token, ok := granted.AccessToken.Value()
	if !ok {
		return nil, &Error{Endpoint: grantEndpoint, Reason: ReasonAuth, Detail: "the answer holds no access token"}
	}
	seconds, _ := granted.ExpiresIn.Value()
	life := time.Duration(min(seconds, longestLife.Seconds()+1) * float64(time.Second))
	brought := newCredential(token, asked, life, rand.Float64()) //nolint:gosec // spreads load, guards nothing
	brought.of = credentials
	return brought, nil
}

// login asks the router for a session of a user (API document, POST login). The name of
// the cookie differs between http and https, hence the jar (field notes, Sessions and
// tokens).
func (c *Client) login(ctx context.Context, credentials Credentials) (*credential, error) {
	jar, _ := cookiejar.New(nil) // there are no options that could be wrong
	var answer struct {
		Permission Object[struct {
			GET Number `json:"GET"`
		}] `json:"permission"`
	}
	_, err := c.send(ctx, request{
		method:   http.MethodPost,
		endpoint: loginEndpoint,
		body: struct {
			Username string `json:"username"`
			Password string `json:"password"`
		}{credentials.Username, credentials.Password},
		cookies: jar,
		secrets: []string{credentials.Password},
		into:    &answer,
	})
	if err != nil {
		return nil, err
	}
	if allowed, told := answer.Permission.OrZero().GET.Value(); told && allowed == 0 {
		return nil, &Error{Endpoint: loginEndpoint, Reason: ReasonAuth, Detail: "this user may not read"}
	}
	if len(jar.Cookies(c.base)) == 0 {
		// Field notes, Learned since.
		return nil, &Error{
			Endpoint: loginEndpoint, Reason: ReasonAuth,
			Detail: "the answer brings no cookie (admin access may be limited by source address)",
		}
	}
	return &credential{cookies: jar, of: credentials, accepted: map[string]bool{}}, nil
}

// grantError judges an answer to a grant or login that brings no session, in whatever words
// and with whatever status. Most of them are refusals; a broken web server and a page where
// JSON should be stay what they are, because credentials do not mend them. The router's
// "Internal Error" stays what it is too, and so do broken connections.
func grantError(failure *Error, status int) *Error {
	switch failure.Reason {
	case ReasonUnsupported: // a router without API clients, e.g. many a FusionHub
		if failure.Endpoint == grantEndpoint {
			failure.Detail += " (the router has no API clients, or its API is off: try username and password)"
		}
		failure.Reason, failure.noSession = ReasonAuth, true
	case ReasonAPI:
		if !errors.Is(failure, errTransient) {
			failure.Reason, failure.noSession = ReasonAuth, true
		}
	case ReasonForbidden, ReasonAuth:
		failure.Reason, failure.noSession = ReasonAuth, true
	case ReasonHTTP:
		failure.noSession = status != 0 && status != http.StatusOK
		if status == http.StatusTooManyRequests {
			failure.Reason = ReasonAuth
		}
	case ReasonDecode:
		failure.noSession = true
	}
	return failure
}

// What a router may keep at a client, as cookies.
const (
	maxCookies    = 16
	maxCookieSize = 4 << 10 // bytes
)

// keepCookies takes over the cookies of an answer.
func (c *Client) keepCookies(jar http.CookieJar, cookies []*http.Cookie) {
	for _, cookie := range cookies {
		if len(cookie.Name)+len(cookie.Value) <= maxCookieSize && len(jar.Cookies(c.base)) < maxCookies {
			cookie.Path, cookie.Domain = "/", "" // or the jar would keep others, too, and not tell
			jar.SetCookies(c.base, []*http.Cookie{cookie})
		}
	}
}

// EndSession ends the session at the router, if a connection is open over which that can be
// said: a token is revoked, a user logged out (API document, POST auth.token.revoke and
// POST logout). From then on the client begins no session and makes no new connection. The
// error says why the router could not be told; the session is over for this client all the
// same.
func (c *Client) EndSession(ctx context.Context) error {
	c.wire.sealed.Store(true)
	c.session.end() // or a grant under way would bring a token that nobody revokes
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
	}
	if credential.cookies != nil {
		r.endpoint, r.body = logoutEndpoint, struct{}{}
	}
	_, err := c.send(ctx, credential.authorize(r, c.base))
	return err
}
