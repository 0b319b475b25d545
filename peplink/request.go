package peplink

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxBody       = 4 << 20  // bytes of an answer
	maxPepVPNBody = 16 << 20 // bytes of an answer that lists hundreds of peers
	maxTrusted    = 64 << 10 // bytes that there is room made for because a router announces them
	maxDrain      = 16 << 10 // bytes of a page that comes with an unexpected status, read to keep the connection
	maxDepth      = 1000     // nested objects and arrays of an answer

	// retryPause is the fraction of a second after which an "Internal Error" is gone
	// (field notes, Transport and errors).
	retryPause = 200 * time.Millisecond
)

// request is one call of the API.
type request struct {
	method   string
	endpoint string
	query    url.Values
	body     any            // sent as JSON; nil for none
	cookies  http.CookieJar // of a user's session; nil for none
	secrets  []string       // what must not be told if the router repeats it
	into     any            // a pointer to what the response is decoded into
	maxPeers int            // that are read
	acts     bool           // it changes something, and must not be made twice
}

// right is what a session must be allowed to: an endpoint that may be read may refuse to
// change anything.
func (r request) right() string { return r.method + " " + r.endpoint }

func (r request) maxBody() int64 {
	if r.endpoint == pepvpnEndpoint {
		return maxPepVPNBody
	}
	return maxBody
}

// An Exchange is one request on the wire and what became of it.
type Exchange struct {
	Endpoint string
	Reason   Reason // "" where the router answered with stat ok
	Duration time.Duration
	Status   int   // of HTTP; 0 where no answer came
	Bytes    int64 // of the body, as far as it was read
	Reused   bool  // the connection was open before
}

// send makes a request, and tells how many values of the response could not be read. The
// router's "Internal Error" is retried once, and so is a GET on a connection that was found
// dead. What acts is never repeated.
func (c *Client) send(ctx context.Context, r request) (unreadable int, err error) {
	for isRepeated, isRetried := false, false; ; {
		unreadable, failure := c.roundTrip(ctx, r)
		switch {
		case failure == nil:
			return unreadable, nil
		case errors.Is(failure, errDeadConnection) && r.method == http.MethodGet && !isRepeated:
			isRepeated = true
		case errors.Is(failure, errTransient) && !isRetried && !r.acts:
			isRetried = true
			pause := time.NewTimer(retryPause)
			defer pause.Stop()
			select {
			case <-ctx.Done():
				return 0, failure
			case <-pause.C:
			}
		default:
			return 0, failure
		}
	}
}

// roundTrip makes a request once, and tells of it.
func (c *Client) roundTrip(ctx context.Context, r request) (unreadable int, failure *Error) {
	started := time.Now()
	exchange := Exchange{Endpoint: r.endpoint}
	unreadable, failure = c.exchange(ctx, r, &exchange)
	if failure != nil {
		if beginsSession(r.endpoint) {
			failure = grantError(failure, exchange.Status)
		}
		exchange.Reason = failure.Reason
	}
	exchange.Duration = time.Since(started)
	if c.observe != nil {
		c.observe(ctx, exchange)
	}
	return unreadable, failure
}

func (c *Client) exchange(ctx context.Context, r request, exchange *Exchange) (unreadable int, failure *Error) {
	ctx, way, end := watch(ctx, c.deadAfter)
	defer end()
	defer func() { exchange.Reused = way.isReused() }()
	httpRequest, err := c.newRequest(ctx, r)
	if err != nil {
		return 0, &Error{Endpoint: r.endpoint, Reason: ReasonHTTP, Detail: "the request cannot be made", Err: err}
	}
	answer, err := c.transport.RoundTrip(httpRequest)
	if err != nil {
		return 0, c.transportError(ctx, r.endpoint, err, way)
	}
	defer answer.Body.Close()
	exchange.Status = answer.StatusCode
	if r.cookies != nil {
		c.keepCookies(r.cookies, answer.Cookies())
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusUnauthorized {
		exchange.Bytes, _ = io.CopyN(io.Discard, answer.Body, maxDrain)
		return 0, statusError(r.endpoint, answer.StatusCode)
	}
	body := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+min(max(answer.ContentLength, 0), maxTrusted)))
	exchange.Bytes, err = body.ReadFrom(io.LimitReader(answer.Body, r.maxBody()+1))
	if err != nil {
		return 0, c.transportError(ctx, r.endpoint, err, way)
	}
	unreadable, failure = r.open(ctx, body.Bytes())
	if failure != nil && failure.Reason == ReasonDecode && ctx.Err() != nil { // what is wrong may be that it ends too early
		return 0, c.transportError(ctx, r.endpoint, ctx.Err(), way)
	}
	// The body of an HTTP 401 is of interest only where it is a transient "Internal Error".
	if answer.StatusCode != http.StatusOK && !errors.Is(failure, errTransient) {
		return 0, statusError(r.endpoint, answer.StatusCode)
	}
	return unreadable, failure
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	target := c.base.JoinPath(r.endpoint)
	// Routers were seen to take a space in a list only as %20 (field notes, status.pepvpn).
	target.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
	var body io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	httpRequest, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, errors.New("bad request") // the cause would quote the URL
	}
	httpRequest.Header.Set("User-Agent", "peplink_exporter")
	httpRequest.Header.Set("Accept", "application/json")
	if body != nil {
		httpRequest.Header.Set("Content-Type", "application/json")
	}
	if r.cookies != nil {
		for _, cookie := range r.cookies.Cookies(c.base) {
			httpRequest.AddCookie(cookie)
		}
	}
	return httpRequest, nil
}

// open decodes the body of an answer, and tells how many values of the response could not
// be read.
func (r request) open(ctx context.Context, body []byte) (unreadable int, failure *Error) {
	body = bytes.TrimSpace(body)
	switch {
	case int64(len(body)) > r.maxBody():
		return 0, decodeError(r.endpoint, fmt.Sprintf("the answer is larger than %d MiB", r.maxBody()>>20))
	case len(body) == 0:
		return 0, decodeError(r.endpoint, "the answer is empty")
	case body[0] == '<':
		return 0, decodeError(r.endpoint, "a web page came where JSON should be: is the API enabled on the router, and is this the port of its web admin?")
	case depth(body) > maxDepth:
		return 0, decodeError(r.endpoint, fmt.Sprintf("the answer is nested deeper than %d levels", maxDepth))
	}
	answer := envelope{Response: response{into: r.into}}
	reader := &reader{ctx: ctx, text: body, maxPeers: r.maxPeers}
	if body[0] != '{' || reader.decode(&answer) != nil {
		return 0, decodeError(r.endpoint, "the answer is not the JSON object that the API sends: is this a Peplink router?")
	}
	switch answer.Stat.String() {
	case "ok":
		if answer.Response.isOther {
			return 0, decodeError(r.endpoint, "the response is not the object that the API document describes")
		}
		return answer.Response.unreadable, nil
	case "fail":
		return 0, failError(r.endpoint, answer.Code.String(), answer.Message.String(), r.secrets)
	}
	return 0, decodeError(r.endpoint, `the answer has no "stat": is this a Peplink router?`)
}

// depth returns how deeply a JSON text nests, without decoding it.
func depth(text []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}
