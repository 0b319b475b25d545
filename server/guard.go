package server

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"time"
)

// Bounds of what one caller can hold.
const (
	headerTimeout  = 10 * time.Second // for the header of a request
	idleTimeout    = 5 * time.Minute  // of a connection between requests
	maxHeaderBytes = 32 << 10
	// writeTimeout bounds an answer, and readingTime what a caller may take to read a probe's
	// after its deadline.
	writeTimeout = 30 * time.Second
	readingTime  = 3 * time.Second
	// listsAtOnce is how many lists of all targets are written at once: each is as large as
	// the fleet.
	listsAtOnce = 4
)

// guard is what every request passes: no request has a body, no answer is written for
// longer than it takes, and a fault of ours ends one answer only.
func (s *Server) guard(routes http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(time.Now().Add(writeTimeout)) // tests without a connection cannot
		if r.ContentLength != 0 {
			_ = control.SetReadDeadline(time.Now()) // nobody waits for the body
			w.Header().Set("Connection", "close")
			answerText(w, http.StatusBadRequest, "requests to the exporter have no body")
			return
		}
		defer func() {
			if fault := recover(); fault != nil && fault != http.ErrAbortHandler { //nolint:errorlint // it is compared as net/http does
				// The value may quote anything; its type and the stack do not.
				s.Logger.Error("a request failed by a fault of the exporter", "path", r.URL.Path, "type", fmt.Sprintf("%T", fault), "stack", string(debug.Stack()))
				panic(http.ErrAbortHandler)
			}
		}()
		routes.ServeHTTP(w, r)
	})
}

// few lets a few requests in at once; the others wait for their turn.
func (s *Server) few(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.lists <- struct{}{}:
			defer func() { <-s.lists }()
			handle(w, r)
		case <-r.Context().Done():
		}
	}
}
