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
	beside   bool           // takes no place among the requests that the router gets at once
}

// redact takes the request's secrets out of a text, as they are and as they stand in a URL.
func (r request) redact(text string) string {
	for _, secret := range r.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "<secret>")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "<secret>")
		}
	}
	return text
}

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
}

type exchangeKey struct{}

// WithExchanges returns a context under which observe is called once for each request
// that is made, grants and retries included, from the goroutine that made it.
func WithExchanges(ctx context.Context, observe func(Exchange)) context.Context {
	return context.WithValue(ctx, exchangeKey{}, observe)
}

// Exchanges returns what observes the requests made under ctx.
func Exchanges(ctx context.Context) func(Exchange) {
	if observe, ok := ctx.Value(exchangeKey{}).(func(Exchange)); ok {
		return observe
	}
	return func(Exchange) {}
}

// send makes a request and returns the response of the envelope. The router's "Internal
// Error" is retried once.
func (c *Client) send(ctx context.Context, r request) (json.RawMessage, error) {
	response, err := c.exchange(ctx, r)
	if !errors.Is(err, errTransient) {
		return response, err
	}
	pause := time.NewTimer(retryPause)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return nil, err
	case <-pause.C:
		return c.exchange(ctx, r)
	}
}

// exchange makes one request, when the router has a place for it.
func (c *Client) exchange(ctx context.Context, r request) (json.RawMessage, error) {
	if !r.beside {
		select {
		case c.slots <- struct{}{}:
			defer func() { <-c.slots }()
		case <-ctx.Done():
			return nil, &Error{Endpoint: r.endpoint, Reason: ReasonTimeout, Detail: "not asked in time", Err: ctx.Err()}
		}
	}
	response, failure, stale := c.attempt(ctx, r)
	if stale && r.method == http.MethodGet {
		response, failure, _ = c.attempt(ctx, r)
	}
	if failure != nil {
		return nil, failure
	}
	return response, nil
}

// attempt makes a request once. It is stale where the connection was found dead.
func (c *Client) attempt(ctx context.Context, r request) (response json.RawMessage, failure *Error, stale bool) {
	ctx, cancel := watchStale(ctx, c.staleAfter)
	defer cancel()
	started := time.Now()
	response, failure = c.roundTrip(ctx, r)
	exchange := Exchange{Endpoint: r.endpoint, Duration: time.Since(started)}
	if failure != nil && beginsSession(r.endpoint) {
		failure = grantError(failure)
	}
	if failure != nil {
		exchange.Reason = failure.Reason
	}
	Exchanges(ctx)(exchange)
	return response, failure, failure != nil && errors.Is(context.Cause(ctx), errStale)
}

func (c *Client) roundTrip(ctx context.Context, r request) (json.RawMessage, *Error) {
	handshake := &handshake{}
	httpRequest, err := c.newRequest(handshake.watch(ctx), r)
	if err != nil {
		return nil, &Error{Endpoint: r.endpoint, Reason: ReasonHTTP, Detail: "the request cannot be made", Err: err}
	}
	answer, err := c.transport.RoundTrip(httpRequest)
	if err != nil {
		// After a failover or reboot pooled connections stay wedged until dropped (field
		// notes, Transport and errors).
		c.transport.CloseIdleConnections()
		return nil, transportError(ctx, r.endpoint, err, handshake)
	}
	defer answer.Body.Close()
	if r.cookies != nil {
		r.cookies.SetCookies(c.base, answer.Cookies())
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusUnauthorized {
		return nil, statusError(r.endpoint, answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, r.maxBody()+1))
	if err != nil {
		c.transport.CloseIdleConnections()
		return nil, transportError(ctx, r.endpoint, err, handshake)
	}
	response, failure := openEnvelope(r, body)
	// The body of an HTTP 401 is of interest only where it is a transient "Internal Error".
	if answer.StatusCode != http.StatusOK && (failure == nil || !errors.Is(failure, errTransient)) {
		return nil, statusError(r.endpoint, answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	return response, failure
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

// openEnvelope returns what stands under "response" (API document, Response).
func openEnvelope(r request, body []byte) (json.RawMessage, *Error) {
	body = bytes.TrimSpace(body)
	switch {
	case int64(len(body)) > r.maxBody():
		return nil, decodeError(r.endpoint, fmt.Sprintf("the answer is larger than %d MiB", r.maxBody()>>20))
	case len(body) == 0:
		return nil, decodeError(r.endpoint, "the answer is empty")
	case body[0] == '<':
		return nil, decodeError(r.endpoint, "a web page came where JSON should be: is the API enabled on the router, and is this the port of its web admin?")
	case depth(body) > maxDepth:
		return nil, decodeError(r.endpoint, fmt.Sprintf("the answer is nested deeper than %d levels", maxDepth))
	}
	var envelope struct {
		Stat     Text            `json:"stat"`
		Code     Text            `json:"code"`
		Message  Text            `json:"message"`
		Response json.RawMessage `json:"response"`
	}
	if body[0] != '{' || json.Unmarshal(body, &envelope) != nil {
		return nil, decodeError(r.endpoint, "the answer is not the JSON object that the API sends: is this a Peplink router?")
	}
	switch envelope.Stat.String() {
	case "ok":
		return envelope.Response, nil
	case "fail":
		return nil, failError(r.endpoint, r.redact(envelope.Code.String()), r.redact(envelope.Message.String()))
	}
	return nil, decodeError(r.endpoint, `the answer has no "stat": is this a Peplink router?`)
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

func isRefused(err error) bool { return errors.Is(err, errUnauthorized) }
