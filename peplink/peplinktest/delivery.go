package peplinktest

import (
	"net/http"
	"strconv"
	"time"
)

// delivery brings one answer to the client, or fails to as a fault says.
type delivery struct {
	router  *Router
	w       http.ResponseWriter
	request *http.Request
	cleared <-chan struct{} // of the fault, nil without one
	left    func()
}

// hold sends nothing until released. If the client leaves or the router is
// closed first, the connection is cut and hold does not return.
func (d *delivery) hold(released <-chan struct{}) {
	select {
	case <-released:
	case <-d.request.Context().Done():
		panic(http.ErrAbortHandler)
	case <-d.router.closed:
		panic(http.ErrAbortHandler)
	}
}

func (d *delivery) send(a answer, f Fault) {
	if !bodyAllowed(a.status) {
		a.body = nil
	}
	d.header(a)
	switch {
	case f.HangAfterHeaders:
		d.flush()
		d.hold(d.cleared)
	case f.Cut:
		_, _ = d.w.Write(a.body[:len(a.body)/2])
		d.flush()
		panic(http.ErrAbortHandler)
	case f.DripMilliseconds > 0:
		a.body = d.drip(a.body, time.Duration(f.DripMilliseconds)*time.Millisecond)
	}
	d.left()
	_, _ = d.w.Write(a.body) // a client that is gone is no concern of the router's
}

func (d *delivery) header(a answer) {
	header := d.w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Cache-Control", "no-store")
	if a.location != "" {
		header.Set("Location", a.location)
	}
	if a.cookie != nil {
		http.SetCookie(d.w, a.cookie)
	}
	if bodyAllowed(a.status) {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	d.w.WriteHeader(a.status)
}

// drip sends all but the last byte one by one, and answers what is left to
// send: much more if the fault was cleared meanwhile.
func (d *delivery) drip(body []byte, pause time.Duration) (rest []byte) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for len(body) > 1 {
		_, _ = d.w.Write(body[:1])
		body = body[1:]
		d.flush()
		select {
		case <-ticker.C:
		case <-d.cleared:
			return body
		case <-d.request.Context().Done():
			panic(http.ErrAbortHandler)
		case <-d.router.closed:
			panic(http.ErrAbortHandler)
		}
	}
	return body
}

func (d *delivery) flush() {
	_ = http.NewResponseController(d.w).Flush()
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
