package simulation

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// loopbackOnly refuses requests from elsewhere, and those a web page makes the
// browser of this machine send: by the name it called the port by (DNS
// rebinding), or by the site it came from.
func loopbackOnly(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !isLoopback(request.Host) || !isLoopback(request.RemoteAddr) {
			writeJSON(w, http.StatusForbidden, map[string]string{"error": "the control port answers to this machine only"})
			return
		}
		next.ServeHTTP(w, request)
	})
}

// isLoopback takes an address with or without port, or the one name that is
// sure to mean one.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
	}
	parsed, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && parsed.Unmap().IsLoopback()
}
