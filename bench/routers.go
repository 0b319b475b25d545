package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// routers are simulated ones, in a process of their own.
type routers struct {
	*process
	control *client

	URLs         []string `json:"urls"`
	Control      string   `json:"control"`
	Fingerprint  string   `json:"fingerprint_sha256"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	Username     string   `json:"username"`
	Password     string   `json:"password"`
}

// counters are what the routers have seen since they started.
type counters struct {
	Requests    map[string]int64 `json:"requests"`
	Connections int64            `json:"connections"`
	Handshakes  int64            `json:"handshakes"`
	Resumed     int64            `json:"resumed"`
	Received    int64            `json:"received_bytes"`
	Transmitted int64            `json:"transmitted_bytes"`
}

func (c counters) grants() int64 { return c.Requests["auth.token.grant"] + c.Requests["login"] }

// all counts the requests to every endpoint.
func (c counters) all() (count int64) {
	for _, one := range c.Requests {
		count += one
	}
	return count
}

// request is one that a router has answered.
type request struct {
	Router int           `json:"router"`
	At     time.Time     `json:"at"`
	Took   time.Duration `json:"took"`
	URI    string        `json:"uri"`
}

func (b *bench) startRouters(ctx context.Context, arguments ...string) (*routers, error) {
	r := &routers{}
	p, err := b.startTelling(ctx, b.helper("routers"), nil, r, arguments...)
	if err != nil {
		return nil, err
	}
	r.process, r.control = p, newClient(r.Control)
	return r, nil
}

// credential is what the configuration says of it.
func (r *routers) credential() string {
	if r.Username != "" {
		return fmt.Sprintf("  username: %s\n  password: %s\n", r.Username, r.Password)
	}
	return fmt.Sprintf("  client_id: %s\n  client_secret: %s\n", r.ClientID, r.ClientSecret)
}

func (r *routers) counters(ctx context.Context) (c counters, err error) {
	return c, r.read(ctx, "/counters", &c)
}

// log is every request since the last clear.
func (r *routers) log(ctx context.Context) (all []request, err error) {
	return all, r.read(ctx, "/log", &all)
}

func (r *routers) read(ctx context.Context, path string, into any) error {
	a, err := r.control.get(ctx, path)
	if err != nil {
		return err
	}
	return json.Unmarshal(a.text, into)
}

func (r *routers) clear(ctx context.Context) error {
	_, err := r.control.do(ctx, http.MethodDelete, "/log")
	return err
}

// cut closes the connections to all routers.
func (r *routers) cut(ctx context.Context) error {
	_, err := r.control.do(ctx, http.MethodPost, "/cut")
	return err
}
