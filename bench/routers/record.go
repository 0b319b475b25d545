package main

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// record is what all routers of this process have seen.
type record struct {
	connections, handshakes, resumed, received, transmitted atomic.Int64

	mu       sync.Mutex
	requests map[string]int64 // by endpoint
	log      []request
}

// counters are what GET /counters answers: totals since the start. Bytes are those on
// the wire, TLS included, without the headers of TCP and IP.
type counters struct {
	Requests    map[string]int64 `json:"requests"` // by endpoint
	Connections int64            `json:"connections"`
	Handshakes  int64            `json:"handshakes"`
	Resumed     int64            `json:"resumed"` // of the handshakes
	Received    int64            `json:"received_bytes"`
	Transmitted int64            `json:"transmitted_bytes"`
}

// request is what GET /log answers of each request since the last DELETE /log.
type request struct {
	Router int           `json:"router"`
	At     time.Time     `json:"at"`
	Took   time.Duration `json:"took"`
	URI    string        `json:"uri"` // without the token
}

func newRecord() *record { return &record{requests: map[string]int64{}} }

func (r *record) answered(one request) {
	endpoint, _, _ := strings.Cut(strings.TrimPrefix(one.URI, "/api/"), "?")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests[endpoint]++
	r.log = append(r.log, one)
}

func (r *record) counters() counters {
	r.mu.Lock()
	defer r.mu.Unlock()
	return counters{
		Requests:    maps.Clone(r.requests),
		Connections: r.connections.Load(),
		Handshakes:  r.handshakes.Load(),
		Resumed:     r.resumed.Load(),
		Received:    r.received.Load(),
		Transmitted: r.transmitted.Load(),
	}
}

func (r *record) taken() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log
}

func (r *record) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = nil
}

// withoutToken is a request's path and query, less its token.
func withoutToken(path, query string) string {
	var kept []string
	for parameter := range strings.SplitSeq(query, "&") {
		if parameter != "" && !strings.HasPrefix(parameter, "accessToken=") {
			kept = append(kept, parameter)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}
