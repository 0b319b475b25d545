package peplink

import (
	"context"
	"encoding/json"
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

// open begins a session.
func (c *Client) open(ctx context.Context, credentials Credentials, now func() time.Time) (*credential, error) {
	if credentials.Username != "" {
		return c.login(ctx, credentials)
	}
	return c.grant(ctx, credentials, now)
}

// grant asks the router for a token (API document, POST auth.token.grant). No scope is
// named, which made the grant fail on some 8.x (field notes, Sessions and tokens).
func (c *Client) grant(ctx context.Context, credentials Credentials, now func() time.Time) (*credential, error) {
	asked := now() // the life is counted from before the router did, to be on the safe side
	response, err := c.send(ctx, request{
		method:   http.MethodPost,
		endpoint: grantEndpoint,
		body: struct {
			ClientID     string `json:"clientId"`
			ClientSecret string `json:"clientSecret"`
		}{credentials.ClientID, credentials.ClientSecret},
		secrets: []string{credentials.ClientID, credentials.ClientSecret},
		// A renewal must not keep the scrape waiting beside which it runs.
		beside: true,
	})
	if err != nil {
		return nil, err
	}
	var granted struct {
		AccessToken Text   `json:"accessToken"`
		ExpiresIn   Number `json:"expiresIn"` // seconds
	}
	token, ok := "", false
	if json.Unmarshal(response, &granted) == nil {
		token, ok = granted.AccessToken.Value()
	}
	if !ok {
		return nil, decodeError(grantEndpoint, "the answer holds no access token")
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
	response, err := c.send(ctx, request{
		method:   http.MethodPost,
		endpoint: loginEndpoint,
		body: struct {
			Username string `json:"username"`
			Password string `json:"password"`
		}{credentials.Username, credentials.Password},
		cookies: jar,
		secrets: []string{credentials.Password},
		beside:  true,
	})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Permission struct {
			GET Number `json:"GET"`
		} `json:"permission"`
	}
	if len(response) > 0 && json.Unmarshal(response, &answer) != nil {
		return nil, decodeError(loginEndpoint, "the answer is not the object that the API document describes")
	}
	if allowed, told := answer.Permission.GET.Value(); told && allowed == 0 {
		return nil, &Error{Endpoint: loginEndpoint, Reason: ReasonAuth, Detail: "this user may not read"}
	}
	if len(jar.Cookies(c.base)) == 0 {
		return nil, decodeError(loginEndpoint, "the answer brings no cookie")
	}
	return &credential{cookies: jar, of: credentials, accepted: map[string]bool{}}, nil
}

// grantError turns a router's refusal, in whatever words, into the reason auth.
func grantError(failure *Error) *Error {
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
	}
	return failure
}
