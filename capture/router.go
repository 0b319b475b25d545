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

// perWAN are the endpoints that tell of one WAN at a time, with the type of those WANs.
var perWAN = map[string]string{"cmd.wan.cellular": "cellular", "cmd.wifi.result": "wifi"}

// wansOf is a list of WANs that an endpoint tells of one at a time.
func wansOf(endpoint string, response any) any {
	wans := map[string]any{}
	byWAN, _ := response.(map[string]any)
	for id := range byWAN {
		wans[id] = map[string]any{"name": "WAN " + id, "type": perWAN[endpoint]}
	}
	return wans
}

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
	if byWAN, ok := response.(map[string]any); ok && perWAN[endpoint] != "" {
		response, known = byWAN[request.URL.Query().Get("connId")]
	}
	if !known {
		_, _ = io.WriteString(w, `{"stat":"fail","message":"unknown function"}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"stat": "ok", "response": response})
}
