package manage

import (
	"context"
	"net/url"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const (
	clientEndpoint = "auth.client"
	revokeEndpoint = "auth.token.revoke"
)

// A Scope is what an API client may do (API document, POST auth.client).
type Scope string

// The scopes. That of an administrator no client can have (API document, Permission).
const (
	ScopeReadOnly  Scope = "api.read-only"
	ScopeReadWrite Scope = "api"
)

// APIClient is what holds tokens without being a user (API document, GET auth.client,
// Client_Obj).
type APIClient struct {
	Name            peplink.Text   `json:"name"` // several may bear the same one
	ID              peplink.Text   `json:"clientId"`
	Secret          peplink.Text   `json:"clientSecret"` // in clear text
	Confidential    peplink.Bool   `json:"confidential"`
	CreateTimestamp peplink.Number `json:"createTimestamp"` // unix seconds
	Scope           peplink.Text   `json:"scope"`
}

// APIClients lists the router's API clients with their secrets (API document, GET
// auth.client; firmware 7.1.1; permission: admin). Errors are a [*peplink.Error].
func APIClients(ctx context.Context, c *peplink.Client) (*peplink.Answer[peplink.List[APIClient]], error) {
	return get[peplink.List[APIClient]](ctx, c, clientEndpoint, nil)
}

// AddAPIClient makes an API client and returns it with its secret (API document, POST
// auth.client, Create a new client; firmware 7.1.1; permission: admin). The router makes
// another one under a name that exists: look into [APIClients] first (field notes, Sessions
// and tokens). Errors are [ErrInvalid] or a [*peplink.Error].
func AddAPIClient(ctx context.Context, c *peplink.Client, name string, scope Scope) (*peplink.Answer[APIClient], error) {
	switch {
	case name == "":
		return nil, invalid(clientEndpoint, "a client has to have a name")
	case scope != ScopeReadOnly && scope != ScopeReadWrite:
		return nil, invalid(clientEndpoint, "the scope has to be api or api.read-only")
	}
	return post[APIClient](ctx, c, clientEndpoint, struct {
		Action string `json:"action"`
		Name   string `json:"name"`
		Scope  Scope  `json:"scope"`
	}{"add", name, scope})
}

// RemoveAPIClient removes an API client; its tokens end with it (API document, POST
// auth.client, Remove a client; firmware 7.1.1; permission: admin). Errors are [ErrInvalid]
// or a [*peplink.Error].
func RemoveAPIClient(ctx context.Context, c *peplink.Client, id string) error {
	if id == "" {
		return invalid(clientEndpoint, "the client id is missing")
	}
	return do(ctx, c, clientEndpoint, struct {
		Action string `json:"action"`
		ID     string `json:"clientId"`
	}{"remove", id})
}

// Token is one that was granted and is valid (API document, GET auth.client.token,
// Access_Token_Obj).
type Token struct {
	Token             peplink.Text   `json:"accessToken"` // in clear text
	ClientID          peplink.Text   `json:"clientId"`
	ClientName        peplink.Text   `json:"clientName"`
	AuthorizationType peplink.Number `json:"authorizationType"` // 3, client credentials
	Scope             peplink.Text   `json:"scope"`
	CreateTimestamp   peplink.Number `json:"createTimestamp"` // unix seconds
}

// Tokens lists the tokens of an API client, of all where the id is "" (API document, GET
// auth.client.token; firmware 7.1.1; permission: admin). Errors are a [*peplink.Error].
func Tokens(ctx context.Context, c *peplink.Client, clientID string) (*peplink.Answer[peplink.List[Token]], error) {
	query := url.Values{}
	if clientID != "" {
		query.Set("clientId", clientID)
	}
	return get[peplink.List[Token]](ctx, c, "auth.client.token", query)
}

// RevokeToken ends a token, also of others (API document, POST auth.token.revoke; firmware
// 7.1.1; permission: admin). To end one's own, use [peplink.Client.EndSession]. Errors are
// [ErrInvalid] or a [*peplink.Error].
func RevokeToken(ctx context.Context, c *peplink.Client, token string) error {
	if token == "" {
		return invalid(revokeEndpoint, "the token is missing")
	}
	return do(ctx, c, revokeEndpoint, struct {
		Token string `json:"accessToken"`
	}{token}, token)
}
