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
	request   *http.Request
	endpoint  string
	known     endpoint
	facts     *facts
	query     query // without accessToken
	badName   string
	malformed bool

	token      string
	tokenGiven bool
	cookie     string // the value of the session cookie, "" for none
	session    sessionKind
}

// sessionKind is by what a call is authorised.
type sessionKind byte

const (
	noSession sessionKind = iota
	byToken
	byCookie
)

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
	r.onRequest(name)
	if r.isOff() {
		panic(http.ErrAbortHandler)
	}
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

// newCall reads what the query and the cookie say. Authorization headers are
// ignored, as by a real router (field notes, Sessions and tokens).
func (r *Router) newCall(name string, request *http.Request) *call {
	known := endpoints[name]
	parameters, badName, ok := parseQuery(request.URL.RawQuery, known.repeatable)
	c := &call{
		request: request, endpoint: name, known: known, facts: &r.model.facts,
		query: parameters, badName: badName, malformed: !ok,
		token: parameters.get("accessToken"), tokenGiven: len(parameters["accessToken"]) > 0,
	}
	delete(parameters, "accessToken")
	if cookie, err := request.Cookie(r.cookieName(request)); err == nil {
		c.cookie = cookie.Value
	}
	c.session = r.judge(c, false)
	return c
}

// judge says by what a call is authorised now. A token goes before a cookie:
// where it is refused no cookie helps. Using a cookie keeps its session alive.
func (r *Router) judge(c *call, use bool) sessionKind {
	now := r.clock.Now()
	switch {
	case c.tokenGiven && r.sessions.valid(c.token, now):
		return byToken
	case !c.tokenGiven && c.cookie != "" && r.sessions.loggedIn(r.cookieName(c.request), c.cookie, now, use):
		return byCookie
	}
	return noSession
}

func (r *Router) newEntry(c *call) *Request {
	entry := &Request{
		Time: r.clock.Now(), Method: c.request.Method, Path: c.request.URL.Path,
		Endpoint: c.endpoint, Params: c.query.joined(), RemoteAddr: c.request.RemoteAddr,
		Token: TokenNone, TokenNumber: r.sessions.number(c.token),
	}
	switch {
	case c.session == byToken:
		entry.Token = TokenOK
	case c.token != "":
		entry.Token = TokenRefused
	}
	if c.cookie == "" {
		return entry
	}
	entry.Cookie, entry.CookieNumber = TokenRefused, r.sessions.cookieNumber(c.cookie)
	if c.session == byCookie {
		entry.Cookie = TokenOK
	}
	return entry
}

// answer is what a sound router says.
func (r *Router) answer(c *call) answer {
	_, exists := endpoints[c.endpoint]
	if !exists || c.known.answer == nil && !r.documents.has(c.endpoint) {
		return refusals[r.model.UnknownEndpoint]()
	}
	if c.known.clients && !r.TakesClients() {
		return unknownFunction()
	}
	if c.request.Method != c.known.method {
		return unsupportedRequest()
	}
	// A request that took long to be answered is judged as of now.
	c.session = r.judge(c, true)
	if !r.permits(c) {
		return r.unauthorized()
	}
	if c.malformed {
		return invalidParameter(c.badName)
	}
	if name, ok := c.known.accepts(c.query); !ok {
		return invalidParameter(name)
	}
	if c.known.answer != nil {
		return c.known.answer(r, c)
	}
	return r.document(c)
}

// permits says whether the call's session, or no session, may use its endpoint.
// Of what is posted with a session, only clients are served: none of it is left
// to users who are no administrators.
func (r *Router) permits(c *call) bool {
	switch {
	case r.forbids(c.endpoint):
		return false
	case c.known.open:
		return true
	case c.session == byCookie && c.known.method == http.MethodGet:
		return true
	}
	return c.session == byToken
}

// accepts names the first parameter, by name, that is unknown or ill-formed.
func (e endpoint) accepts(q query) (bad string, ok bool) {
	var faulty []string
	for name, values := range q {
		fits := e.parameters[name]
		if fits == nil || slices.ContainsFunc(values, func(value string) bool { return !fits(value) }) {
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
