package peplinktest

import (
	"io"
	"net/http"
	"strings"
)

// maxBody is more than any call of the API needs.
const maxBody = 64 << 10

// call is one API call on its way through the router.
type call struct {
	request   *http.Request
	endpoint  string
	facts     *facts
	body      []byte
	arguments map[string]*node // of a POST
	query     query            // without accessToken
	badName   string
	malformed bool

	token      string
	tokenGiven bool
	cookie     string // the value of the session cookie, "" for none
	session    sessionKind
	right      right
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
	// The server sees a client leave only once its request is read.
	c.body, _ = io.ReadAll(io.LimitReader(request.Body, maxBody+1))
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
	parameters, badName, ok := parseQuery(request.URL.RawQuery, endpoints[name][request.Method].repeatable)
	c := &call{
		request: request, endpoint: name, facts: &r.model.facts,
		query: parameters, badName: badName, malformed: !ok,
		token: parameters.get("accessToken"), tokenGiven: len(parameters["accessToken"]) > 0,
	}
	delete(parameters, "accessToken")
	if cookie, err := request.Cookie(r.cookieName(request)); err == nil {
		c.cookie = cookie.Value
	}
	r.judge(c, false)
	return c
}

// judge says by what a call is authorised now. A token goes before a cookie:
// where it is refused no cookie helps. Using a cookie keeps its session alive.
func (r *Router) judge(c *call, use bool) {
	now := r.clock.Now()
	c.session, c.right = noSession, anybody
	if c.tokenGiven {
		if c.right = r.sessions.allows(c.token, now); c.right > anybody {
			c.session = byToken
		}
	} else if c.right = r.sessions.loggedIn(r.cookieName(c.request), c.cookie, now, use); c.right > anybody {
		c.session = byCookie
	}
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
	operation, refusal := r.operationOf(c)
	if refusal != nil {
		return *refusal
	}
	// A request that took long to be answered is judged as of now.
	r.judge(c, true)
	if r.forbids(c.endpoint) || c.right < operation.needs {
		return r.unauthorized()
	}
	return operation.do(r, c)
}
