package peplink

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"
)

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
	// accepted are the rights that this token proved to have: where it was accepted once, a 401
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
	r.secrets = append(slices.Clone(r.secrets), c.token, c.of.ClientID, c.of.ClientSecret, c.of.Password)
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
