package peplink

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
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

// Credentials are those of an API client, or those of a user for routers without API
// clients, such as many a FusionHub (API document, Authentication; field notes, Sessions
// and tokens). A user name makes them those of a user.
type Credentials struct {
	ClientID, ClientSecret string
	Username, Password     string
}

// endpoint is where these credentials are exchanged for a session.
func (c Credentials) endpoint() string {
	if c.Username != "" {
		return loginEndpoint
	}
	return grantEndpoint
}

// credential is what a grant or login brought, and until when it serves.
type credential struct {
	token      string         // of an API client
	cookies    http.CookieJar // of a user; nil for an API client
	of         Credentials
	refreshDue time.Time // from here on it is renewed while it is still used
	expiry     time.Time // zero for a user, whose session ends when the router says so
	refused    bool      // by an endpoint, without a new grant since
	// accepted are the endpoints that took this token: where it was accepted once, a 401
	// means that the token is lost, and elsewhere that the account may not read there.
	accepted map[string]bool
}

// Lives of tokens. A grant is a line in the router's event log, which shows about 50 (field
// notes, Sessions and tokens).
const (
	defaultLife = time.Hour // where expiresIn is missing or absurd
	leastLife   = 30 * time.Second
	longestLife = 366 * 24 * time.Hour
	leastMargin = 10 * time.Minute
)

// newCredential works out when a token granted at the given time is renewed. The margin
// before expiry is a tenth of the life and at least ten minutes, but never more than half
// the life; chance, in [0,1), brings it forward by at most a tenth of the margin, so that
// many routers configured together do not all renew in the same second.
func newCredential(token string, granted time.Time, life time.Duration, chance float64) *credential {
	if life < leastLife || life > longestLife {
		life = defaultLife
	}
	margin := min(max(life/10, leastMargin), life/2)
	jitter := time.Duration(chance * float64(margin) / 10)
	expiry := granted.Add(life)
	return &credential{
		token:      token,
		refreshDue: expiry.Add(-margin - jitter),
		expiry:     expiry,
		accepted:   map[string]bool{},
	}
}

// serves reports whether the credential can still be used.
func (c *credential) serves(now time.Time) bool {
	return c != nil && (c.expiry.IsZero() || now.Before(c.expiry))
}

// isDue reports whether it is time to renew the credential.
func (c *credential) isDue(now time.Time) bool {
	return !c.refreshDue.IsZero() && !now.Before(c.refreshDue)
}

// authorize makes a request one of the session.
func (c *credential) authorize(r request, base *url.URL) request {
	r.secrets = []string{c.token, c.of.ClientID, c.of.ClientSecret, c.of.Password}
	if c.cookies != nil {
		r.cookies = c.cookies
		for _, cookie := range c.cookies.Cookies(base) {
			r.secrets = append(r.secrets, cookie.Value)
		}
		return r
	}
	query := url.Values{"accessToken": {c.token}}
	maps.Copy(query, r.query)
	r.query = query
	return r
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

// grantError turns any answer to a grant or login that brings no session, in whatever words
// and with whatever status, into the reason auth. The router's "Internal Error" stays what
// it is, and so do broken connections.
func grantError(failure *Error, status int) *Error {
	switch failure.Reason {
	case ReasonUnsupported: // a router without API clients, e.g. many a FusionHub
		if failure.Endpoint == grantEndpoint {
			failure.Detail += " (the router has no API clients, or its API is off: try username and password)"
		}
		failure.Reason = ReasonAuth
	case ReasonAPI:
		if !errors.Is(failure, errTransient) {
			failure.Reason = ReasonAuth
		}
	case ReasonHTTP:
		if status != 0 && status != http.StatusOK {
			failure.Reason = ReasonAuth
		}
	case ReasonForbidden, ReasonDecode:
		failure.Reason = ReasonAuth
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
