package peplinktest

import (
	"net/http"
	"strings"
	"sync"
)

// Fault is how an endpoint misbehaves. The zero value is none. What replaces
// the answer keeps the request from taking effect: a grant under such a fault
// issues no token. What only spoils the delivery does not.
type Fault struct {
	// Status is the HTTP status, with a page of HTML unless another field says
	// what the body is.
	Status int `json:"status,omitempty"`
	// Fail is a failure in the router's words.
	Fail *Fail `json:"fail,omitempty"`
	// Forbidden is the answer to an account that may not read this endpoint,
	// whatever its token.
	Forbidden bool `json:"forbidden,omitempty"`
	// LoginPage is HTML with status 200, as with the API switched off.
	LoginPage bool `json:"login_page,omitempty"`
	// Redirect is a URL to redirect to, with 302 unless Status says otherwise.
	Redirect string `json:"redirect,omitempty"`
	// Body is sent word for word; it may be empty.
	Body *string `json:"body,omitempty"`
	// Oversize is an answer of that many bytes of sound JSON (64 at least).
	Oversize int `json:"oversize_bytes,omitempty"`
	// Nesting is an answer of arrays nested so deep.
	Nesting int `json:"nesting,omitempty"`

	// ContentType replaces that of the answer.
	ContentType string `json:"content_type,omitempty"`
	// Hang sends no byte until the fault is cleared, the client leaves or the
	// router is closed. When cleared, the request is answered as if just come.
	Hang bool `json:"hang,omitempty"`
	// HangAfterHeaders sends the headers, then hangs.
	HangAfterHeaders bool `json:"hang_after_headers,omitempty"`
	// Cut sends the headers and half the body, then closes the connection.
	Cut bool `json:"cut,omitempty"`
	// DripMilliseconds sends the body byte by byte, with such a pause between.
	DripMilliseconds int `json:"drip_ms,omitempty"`

	// Times is for how many requests the fault holds, 0 until it is cleared.
	Times int `json:"times,omitempty"`
}

// answer is what replaces the router's answer, if anything does.
func (f Fault) answer(r *Router) (a answer, replaced bool) {
	a = answer{status: http.StatusOK, contentType: "application/json"}
	switch {
	case f.Redirect != "":
		a = errorPage(http.StatusFound)
		a.location = f.Redirect
	case f.Fail != nil:
		a = f.Fail.answer()
	case f.Forbidden:
		a = r.unauthorized()
	case f.LoginPage:
		a = loginPage()
	case f.Body != nil:
		a.body = []byte(*f.Body)
	case f.Oversize != 0:
		a.body = padded(f.Oversize)
	case f.Nesting != 0:
		a.body = []byte(`{"stat":"ok","response":` + strings.Repeat("[", f.Nesting) + strings.Repeat("]", f.Nesting) + "}")
	case f.Status != 0:
		a = errorPage(f.Status)
	default:
		return answer{}, false
	}
	return a, true
}

// dress puts on an answer what the fault says of its headers.
func (f Fault) dress(a answer) answer {
	if f.Status != 0 {
		a.status = f.Status
	}
	if f.ContentType != "" {
		a.contentType = f.ContentType
	}
	return a
}

// padded is sound JSON of exactly that many bytes.
func padded(size int) []byte {
	const before, after = `{"stat":"ok","response":{"padding":"`, `"}}`
	return []byte(before + strings.Repeat("x", max(size, 64)-len(before+after)) + after)
}

// standing is a fault in force. It outlives its last time, for those who hang
// in it.
type standing struct {
	Fault
	spent   bool
	cleared chan struct{}
}

type faults struct {
	mu sync.Mutex
	by map[string]*standing
}

func newFaults() *faults {
	return &faults{by: make(map[string]*standing)}
}

// take is the fault the next request to an endpoint meets; an endpoint's own
// comes before that of all.
func (s *faults) take(endpoint string) (fault Fault, cleared <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range []string{endpoint, EveryEndpoint} {
		f := s.by[name]
		if f == nil || f.spent {
			continue
		}
		fault = f.Fault
		if f.Times > 0 {
			f.Times--
			f.spent = f.Times == 0
		}
		return fault, f.cleared
	}
	return Fault{}, nil
}

// set replaces, or with the zero value clears, a fault; those who hang in the
// old one go on.
func (s *faults) set(endpoint string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.by[endpoint]; old != nil {
		close(old.cleared)
	}
	delete(s.by, endpoint)
	if f != (Fault{}) {
		s.by[endpoint] = &standing{Fault: f, cleared: make(chan struct{})}
	}
}

// standing is every fault in force, with the times it still holds.
func (s *faults) standing() map[string]Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]Fault)
	for endpoint, f := range s.by {
		if !f.spent {
			all[endpoint] = f.Fault
		}
	}
	return all
}

// clear ends every fault.
func (s *faults) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.by {
		close(f.cleared)
	}
	clear(s.by)
}

// SetFault makes an endpoint misbehave, "*" every one, in place of any fault it
// had. An endpoint's own fault comes before that of "*". The zero Fault clears.
func (r *Router) SetFault(endpoint string, f Fault) { r.faults.set(endpoint, f) }

// ClearFault ends an endpoint's fault, "*" every fault there is. Requests that
// hang in it are answered.
func (r *Router) ClearFault(endpoint string) {
	if endpoint == EveryEndpoint {
		r.faults.clear()
		return
	}
	r.faults.set(endpoint, Fault{})
}
