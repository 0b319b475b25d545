package peplinktest

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
)

// loopbackOnly refuses requests from elsewhere, and those a web page makes the
// browser of this machine send: by the name it called the port by (DNS
// rebinding), or by the site it came from.
func loopbackOnly(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !isLoopback(hostOf(request.Host)) || !isLoopback(hostOf(request.RemoteAddr)) {
			writeControlError(w, http.StatusForbidden, "the control port answers to this machine only")
			return
		}
		next.ServeHTTP(w, request)
	})
}

// isLoopback takes an address, or the one name that is sure to mean one.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// hostOf is the host of host:port, or of a host without port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	if host, ok := trimBrackets(address); ok {
		return host
	}
	return address
}

func trimBrackets(address string) (host string, ok bool) {
	if len(address) < 2 || address[0] != '[' || address[len(address)-1] != ']' {
		return "", false
	}
	return address[1 : len(address)-1], true
}

// loopbackAddress refuses to listen where others could reach it.
func loopbackAddress(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("control address: %w", err)
	}
	if !isLoopback(host) {
		return fmt.Errorf("control address %s is not a loopback address", address)
	}
	return nil
}
