package peplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// A Reason says in one word why a router could not be read. The words are public: they
// are a label value, and alerts tell causes apart by them.
type Reason string

// The reasons, in the order in which a request can fail.
const (
	ReasonDNS         Reason = "dns"         // the name does not resolve
	ReasonConnect     Reason = "connect"     // no TCP, proxy or TLS connection within the time for it
	ReasonCertificate Reason = "certificate" // a certificate was shown and refused, or is unreadable
	ReasonTLS         Reason = "tls"         // any other handshake failure
	ReasonTimeout     Reason = "timeout"     // the deadline or the request's share of it passed
	ReasonSecret      Reason = "secret"      // ours is missing or unreadable; the router was not asked
	ReasonAuth        Reason = "auth"        // no session: a grant that brought none, or back-off after one
	ReasonForbidden   Reason = "forbidden"   // this account may not read this endpoint
	ReasonUnsupported Reason = "unsupported" // the router does not know this endpoint
	ReasonHTTP        Reason = "http"        // connection lost in mid-answer, redirect, any status but 200
	ReasonAPI         Reason = "api"         // the router answered stat:fail
	ReasonDecode      Reason = "decode"      // status 200 with a body that is no answer of the API
)

// WholeTarget reports whether a failure for this reason concerns the router as a whole,
// so that asking it for another endpoint at once is in vain.
func (r Reason) WholeTarget() bool {
	switch r {
	case ReasonDNS, ReasonConnect, ReasonCertificate, ReasonTLS, ReasonSecret, ReasonAuth:
		return true
	}
	return false
}

// WithoutSession reports whether an error is that of a grant or login that failed, so that
// asking the router for another endpoint at once is in vain: it would only be the next
// grant. Who gave up waiting knows nothing of the grant.
func WithoutSession(err error) bool {
	failure, ok := errors.AsType[*Error](err)
	return ok && failure.Reason != ReasonTimeout && beginsSession(failure.Endpoint)
}

// An Error tells which endpoint could not be read, and why. It never holds a URL, a token
// or a part of an answer's body; text of the router is cut and cleaned.
type Error struct {
	Endpoint string // e.g. "status.wan.connection", "auth.token.grant"
	Reason   Reason
	Detail   string // what happened, for a person
	Err      error  // the cause, where the standard library told one; nil otherwise

	noSession bool   // the router answered a grant or login, but brought no session
	cause     Reason // of a failure that is repeated until the back-off ends; else ""
}

// Error implements error: "status.wan.connection: 401 Unauthorized".
func (e *Error) Error() string { return e.Endpoint + ": " + e.Detail }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf returns the reason of an error of this package, "" where there is none. Any other
// error, such as that of an ended context, counts as a timeout.
func ReasonOf(err error) Reason {
	failure, ok := errors.AsType[*Error](err)
	switch {
	case ok:
		return failure.Reason
	case err == nil:
		return ""
	}
	return ReasonTimeout
}

// CauseOf returns the reason for which a request was refused by a back-off, and that of any
// other error: what lasts has one cause, whether it was asked for again or not.
func CauseOf(err error) Reason {
	if failure, ok := errors.AsType[*Error](err); ok && failure.cause != "" {
		return failure.cause
	}
	return ReasonOf(err)
}

// transportError tells why a request brought no answer. After a failover or reboot pooled
// connections stay wedged until dropped (field notes, Transport and errors).
func (c *Client) transportError(ctx context.Context, endpoint string, err error, way *way) *Error {
	c.transport.CloseIdleConnections()
	failure := &Error{Endpoint: endpoint, Reason: transportReason(ctx, err, way), Detail: Clean(err.Error(), maxDetail), Err: err}
	switch {
	case failure.Reason == ReasonTimeout:
		failure.Detail = "no answer in time"
		if errors.Is(context.Cause(ctx), errDeadConnection) {
			failure.Err = errDeadConnection
		}
	case failure.Reason == ReasonTLS:
		failure.Detail += tlsAdvice(err, c.verifier.wantsOurs.Load())
	case failure.Reason == ReasonHTTP && !isConnectionLost(err):
		// The standard library quotes what it cannot read as HTTP, which may be anything,
		// an echo of the token too.
		failure.Detail, failure.Err = "the connection broke, or what came is not HTTP: is this the port of the router's web admin?", nil
	}
	return failure
}

func transportReason(ctx context.Context, err error, way *way) Reason {
	isConnected, handshake := way.failure(err)
	var dnsErr *net.DNSError
	switch {
	case isCertificateError(err):
		return ReasonCertificate
	// A handshake or dial that ran into its own, shorter limit leaves ctx alive.
	case ctx.Err() != nil:
		return ReasonTimeout
	case errors.As(err, &dnsErr):
		return ReasonDNS
	case isConnectError(err), handshake != nil && isTimeout(err):
		return ReasonConnect
	case handshake != nil, isAlert(err):
		return ReasonTLS
	case !isConnected:
		return ReasonConnect
	}
	return ReasonHTTP
}

// isConnectionLost recognises the errors of a connection, which quote nothing of what came
// through it.
func isConnectionLost(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func isCertificateError(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	// crypto/tls has no type for a certificate that it cannot parse.
	return strings.Contains(err.Error(), "failed to parse certificate")
}

// isAlert recognises the failure of a handshake that the router tells afterwards: with TLS
// 1.3 that it wants a certificate of the client.
func isAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// isConnectError recognises the steps before TLS: dialling, and the proxy's part.
func isConnectError(err error) bool {
	if _, ok := errors.AsType[*proxyError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks"))
}

// tlsAdvice names what helps with the failures of handshakes that are known.
func tlsAdvice(err error, wantsOurs bool) string {
	switch {
	case errors.As(err, new(tls.RecordHeaderError)):
		return " (the port does not speak TLS: is this the HTTPS port of the web admin?)"
	case wantsOurs:
		return " (the router wants a certificate of its clients, which is not supported)"
	case errors.Is(err, syscall.ECONNRESET), strings.Contains(err.Error(), "handshake failure"):
		return " (a router that offers only RSA key exchange needs GODEBUG=tlsrsakex=1 in the exporter's environment)"
	}
	return ""
}

// errUnauthorized marks the answers that mean "this session may not read this": HTTP 401,
// or HTTP 200 with code 401 (field notes, Transport and errors).
var errUnauthorized = errors.New("unauthorized")

// errTransient marks the router's "Internal Error", which a retry usually heals, and which
// says nothing of what was asked for (field notes, Transport and errors).
var errTransient = errors.New("transient")

// isRefusal reports whether a router will go on to answer like this.
func isRefusal(err error) bool {
	reason := ReasonOf(err)
	return reason == ReasonForbidden || reason == ReasonUnsupported
}

// isFailure reports whether the router answered that it will not do what it was asked, in
// words that do not tell why.
func isFailure(err error) bool { return ReasonOf(err) == ReasonAPI && !errors.Is(err, errTransient) }

// statusError judges an HTTP status other than 200.
func statusError(endpoint string, status int) *Error {
	failure := &Error{Endpoint: endpoint, Reason: ReasonHTTP, Detail: strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))}
	switch {
	case status == 401:
		failure.Reason, failure.Err = ReasonAuth, errUnauthorized
	case status == 403:
		failure.Reason = ReasonForbidden
	case status == 404:
		failure.Reason = ReasonUnsupported
	case status >= 300 && status < 400:
		failure.Detail += " (redirects are not followed: set the url to where the API is)"
	}
	return failure
}

// failError judges an answer with stat "fail" (API document, Response; field notes,
// Transport and errors). Numbers that may be personal are left out of what it tells.
func failError(endpoint, code, message string, secrets []string) *Error {
	told := strings.TrimSpace(routerText(code, secrets) + " " + routerText(message, secrets))
	failure := &Error{Endpoint: endpoint, Reason: ReasonAPI, Detail: Clean(told, maxRouterText)}
	says := func(words string) bool { return strings.Contains(strings.ToLower(message), words) }
	switch {
	case strings.EqualFold(message, "Internal Error"):
		failure.Err = errTransient
	case code == "401", code == "" && isUnauthorized(message):
		failure.Reason, failure.Err = ReasonAuth, errUnauthorized
	case says("unknown function"), says("unsupported"), says("not supported"):
		failure.Reason = ReasonUnsupported
	case says("permission denied"):
		failure.Reason = ReasonForbidden
	}
	if failure.Detail == "" {
		failure.Detail = "failed without code or message"
	}
	return failure
}

// isUnauthorized recognises the refusal of a session where the router left out the code,
// which it may do with any failure.
func isUnauthorized(message string) bool {
	return strings.EqualFold(message, "Unauthorized") || strings.EqualFold(message, "Invalid access token")
}

func decodeError(endpoint, detail string) *Error {
	return &Error{Endpoint: endpoint, Reason: ReasonDecode, Detail: detail}
}
