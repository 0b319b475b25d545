package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// session is what opens a router's endpoints: a token for the query, or a cookie.
type session struct{ token, cookie string }

// open begins a session at a router, as its document says (POST auth.token.grant, login).
func (r *routers) open(ctx context.Context, url string) (s session, err error) {
	path, arguments := "/api/auth.token.grant", map[string]string{"clientId": r.ClientID, "clientSecret": r.ClientSecret}
	if r.Username != "" {
		path, arguments = "/api/login", map[string]string{"username": r.Username, "password": r.Password}
	}
	response, err := post(ctx, url+path, arguments)
	if err != nil {
		return s, err
	}
	defer response.Body.Close()
	var granted struct {
		Stat     string `json:"stat"`
		Response struct {
			AccessToken string `json:"accessToken"`
		} `json:"response"`
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &granted); err != nil || granted.Stat != "ok" {
		return s, fmt.Errorf("%s%s: %.200s", url, path, text)
	}
	for _, cookie := range response.Cookies() {
		s.cookie = cookie.Name + "=" + cookie.Value
	}
	s.token = granted.Response.AccessToken
	return s, nil
}

func post(ctx context.Context, url string, arguments any) (*http.Response, error) {
	body, err := json.Marshal(arguments)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	once := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a simulated router on this machine
	}}
	return once.Do(request)
}
