// Generic is the usual way to watch a device that has an API and no exporter: a prober
// in the manner of json_exporter. For each probe it makes a connection, asks one
// endpoint, takes four values out of the answer, and hangs up. It ends when its standard
// input does.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// values are what a user would configure: metric and path.
var values = []struct {
	metric string
	path   []string
}{
	{"wan_uptime_seconds", []string{"response", "1", "uptime"}},
	{"wan_priority", []string{"response", "1", "priority"}},
	{"wan_mtu_bytes", []string{"response", "1", "mtu"}},
	{"device_time_seconds", []string{"response", "timestamp"}},
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generic:", err)
		os.Exit(1)
	}
}

func run(stdin io.Reader, stdout io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(probe), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	if _, err := fmt.Fprintf(stdout, "{\"url\":%q}\n", "http://"+listener.Addr().String()); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, stdin)
	return server.Close()
}

func probe(w http.ResponseWriter, r *http.Request) {
	answer, err := ask(r.Context(), r.URL.Query().Get("target"))
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	if err != nil {
		fmt.Fprintln(os.Stderr, "generic:", err)
		_, _ = io.WriteString(w, "peplink_up 0\n")
		return
	}
	_, _ = io.WriteString(w, "peplink_up 1\n")
	for _, v := range values {
		if number, ok := find(answer, v.path); ok {
			_, _ = fmt.Fprintf(w, "# HELP %[1]s From the router.\n# TYPE %[1]s untyped\n%[1]s %[2]g\n", v.metric, number)
		}
	}
}

// ask makes a connection of its own for each answer.
func ask(ctx context.Context, url string) (any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil) //nolint:gosec // that is what such a prober does
	if err != nil {
		return nil, errors.New("the target is no URL")
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a simulated router on this machine
		TLSNextProto:      map[string]func(string, *tls.Conn) http.RoundTripper{},
	}}
	response, err := client.Do(request) //nolint:gosec // see above
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// find takes the number at a path.
func find(answer any, path []string) (number float64, ok bool) {
	for _, key := range path {
		object, isObject := answer.(map[string]any)
		if !isObject {
			return 0, false
		}
		answer = object[key]
	}
	number, ok = answer.(float64)
	return number, ok
}
