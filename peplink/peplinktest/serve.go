package peplinktest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
)

// call is one API call on its way through the router.
type call struct {
	request    *http.Request
	endpoint   string
	known      endpoint
	parameters map[string]string // without accessToken
	badName    string
	malformed  bool
	token      string
	session    bool // the token is valid
}

// ServeHTTP answers the API below /api/, and the login page everywhere else.
func (r *Router) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	name, isAPI := strings.CutPrefix(request.URL.Path, "/api/")
	if !isAPI {
		name = ""
	}
	c := r.newCall(name, request)
	entry := r.newEntry(c)
	wedged, left := r.requests.arrive(entry)
	defer left()
	d := delivery{router: r, w: w, request: request, left: left}
	d.readBody()
	if wedged {
		defer r.requests.forget(request)
		d.hold(nil)
	}
	var fault Fault
	if isAPI {
		fault, d.cleared = r.faults.take(name)
	}
	if fault.Hang {
		d.hold(d.cleared)
	}
	a, replaced := fault.answer(r)
	switch {
	case replaced:
	case request.ProtoMajor != 1: // routers speak HTTP/1.1 only
		a = errorPage(http.StatusHTTPVersionNotSupported)
	case isAPI:
		a = r.answer(c)
	default:
		a = loginPage()
	}
	a = fault.dress(a)
	r.requests.answered(entry, a)
	d.send(a, fault)
}

// newCall reads what the query says. Authorization headers are ignored, as by a
// real router (field notes, Sessions and tokens).
func (r *Router) newCall(name string, request *http.Request) *call {
	parameters, badName, ok := parseQuery(request.URL.RawQuery)
	c := &call{
		request: request, endpoint: name, known: endpoints[name],
		parameters: parameters, badName: badName, malformed: !ok,
		token: parameters["accessToken"],
	}
	delete(parameters, "accessToken")
	c.session = r.sessions.valid(c.token, r.clock.Now())
	return c
}

func (r *Router) newEntry(c *call) *Request {
	entry := &Request{
		Time: r.clock.Now(), Method: c.request.Method, Path: c.request.URL.Path,
		Endpoint: c.endpoint, Params: c.parameters, RemoteAddr: c.request.RemoteAddr,
		Token: TokenNone, TokenNumber: r.sessions.number(c.token),
	}
	switch {
	case c.session:
		entry.Token = TokenOK
	case c.token != "":
		entry.Token = TokenRefused
	}
	return entry
}

// answer is what a sound router says.
func (r *Router) answer(c *call) answer {
	_, exists := endpoints[c.endpoint]
	if !exists || c.known.answer == nil && !r.documents.has(c.endpoint) {
		return failure(codeUnknownFunction, "unknown function")
	}
	if c.request.Method != c.known.method {
		return failure(codeUnsupportedRequest, "Unsupported request")
	}
	// A request that took long to be answered is judged as of now.
	c.session = r.sessions.valid(c.token, r.clock.Now())
	if !c.session && !c.known.open {
		return r.unauthorized()
	}
	if c.malformed {
		return invalidParameter(c.badName)
	}
	if name, ok := c.known.accepts(c.parameters); !ok {
		return invalidParameter(name)
	}
	if c.known.answer != nil {
		return c.known.answer(r, c)
	}
	return r.document(c)
}

// accepts names the first parameter, by name, that is unknown or ill-formed.
func (e endpoint) accepts(parameters map[string]string) (bad string, ok bool) {
	var faulty []string
	for name, value := range parameters {
		if fits := e.parameters[name]; fits == nil || !fits(value) {
			faulty = append(faulty, name)
		}
	}
	if len(faulty) == 0 {
		return "", true
	}
	return slices.Min(faulty), false
}

// readBody takes the body in before anything can hang: the server sees a client
// leave only once its request is read.
func (d *delivery) readBody() {
	body, err := io.ReadAll(io.LimitReader(d.request.Body, maxBody+1))
	if err != nil {
		body = nil
	}
	d.request.Body = io.NopCloser(bytes.NewReader(body))
}
