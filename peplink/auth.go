package peplink

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

const grantEndpoint = "auth.token.grant"

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
		return nil, grantError(err)
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
	return newCredential(token, asked, life, rand.Float64()), nil //nolint:gosec // spreads load, guards nothing
}

// grantError turns a router's refusal, in whatever words, into the reason auth.
func grantError(err error) error {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	switch failure.Reason {
	case ReasonUnsupported: // a router without API clients, e.g. many a FusionHub
		failure.Detail += " (the router has no API clients, or its API is off)"
		failure.Reason = ReasonAuth
	case ReasonAPI:
		if !errors.Is(err, errTransient) {
			failure.Reason = ReasonAuth
		}
	}
	return failure
}
