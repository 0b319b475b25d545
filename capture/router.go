package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// router answers like the one that the answers were saved from.
type router struct {
	mu      sync.Mutex
	answers map[string]any // responses by endpoint
}

// perWAN are the endpoints that tell of one WAN at a time.
var perWAN = map[string]bool{"cmd.wan.cellular": true, "cmd.wifi.result": true}

// set changes an answer.
func (r *router) set(endpoint string, response any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[endpoint] = response
}

// ServeHTTP implements [http.Handler].
func (r *router) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	endpoint := strings.TrimPrefix(request.URL.Path, "/api/")
	if request.Method == http.MethodPost {
		_, _ = io.WriteString(w, `{"stat":"ok","response":{"accessToken":"0123456789abcdef","expiresIn":172800}}`)
		return
	}
	r.mu.Lock()
	response, known := r.answers[endpoint]
	r.mu.Unlock()
	if byWAN, ok := response.(map[string]any); ok && perWAN[endpoint] {
		response, known = byWAN[request.URL.Query().Get("connId")]
	}
	if !known {
		_, _ = io.WriteString(w, `{"stat":"fail","message":"unknown function"}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"stat": "ok", "response": response})
}
