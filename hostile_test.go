package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// generous is what nothing in these tests takes, unless it takes forever.
const generous = 2 * time.Minute

// simulated is a router on a socket, and a configuration that knows it as a.
func simulated(t *testing.T, more string) (router *peplinktest.Router, configFile string) {
	t.Helper()
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	served, err := router.Serve(context.WithoutCancel(t.Context()), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		router.Close()
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return router, writeConfig(t, fmt.Sprintf("defaults: {client_id: %s, client_secret: %s}\ntargets:\n  - {name: a, url: %q}\n%s",
		peplinktest.ClientID, peplinktest.ClientSecret, served.URL, more))
}

// manyBands makes the answers of a router larger than what sockets hold: they have a line
// for each signal of each band.
func manyBands(t *testing.T, router *peplinktest.Router) {
	t.Helper()
	bands := make([]any, 64)
	for i := range bands {
		bands[i] = map[string]any{"name": fmt.Sprint("Band ", i), "signal": map[string]any{"rssi": -60, "rsrp": -90, "rsrq": -9, "sinr": 11}}
	}
	modem := map[string]any{"rat": []any{map[string]any{"name": "LTE", "band": bands}}}
	for i := 10; i < 130; i++ {
		wan := map[string]any{"name": fmt.Sprint(strings.Repeat("n", 120), i), "type": "cellular", "cellular": modem}
		if err := router.Change("status.wan.connection", fmt.Sprint("/", i), wan); err != nil {
			t.Fatal(err)
		}
	}
}

// startThrough starts the exporter by a line of the shell that ends in exec "$@".
func startThrough(t *testing.T, line, configFile string) *daemon {
	t.Helper()
	d := &daemon{command: exec.CommandContext(t.Context(), "sh", "-c", line, "sh", program(), "--config.file="+configFile, "--web.listen-address=127.0.0.1:0")}
	stderr, err := d.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.log = bufio.NewScanner(stderr)
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	d.url = d.awaitAddress(t, "Listening on")
	return d
}

// dial opens a connection to the exporter and writes a text to it.
func (d *daemon) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(generous))
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return connection
}

// askAndNotRead asks for what it does not read.
func (d *daemon) askAndNotRead(t *testing.T, path string) net.Conn {
	t.Helper()
	connection := d.dial(t, "")
	_ = connection.(*net.TCPConn).SetReadBuffer(4096)
	request := "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n"
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	return connection
}

// awaitEnd returns once the exporter has closed a connection of which nothing is read:
// then what is written to it comes back as an error. It has to be before an answer that is
// no probe's would be ended.
func awaitEnd(t *testing.T, connection net.Conn) {
	t.Helper()
	_ = connection.SetDeadline(time.Now().Add(25 * time.Second))
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		_, err := connection.Write([]byte("x"))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Fatal("the connection was not closed")
		case err != nil:
			return
		}
	}
}

// wantUp probes the router; the exporter is as good as new.
func (d *daemon) wantUp(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), generous)
	defer cancel()
	status, body, err := d.get(ctx, "/probe?target=a&collect[]=system")
	if err != nil || status != http.StatusOK || !strings.Contains(body, "\npeplink_up 1\n") {
		t.Errorf("a probe: %d, %v, %.200s", status, err, body)
	}
}

// getWithin is get with what Prometheus tells of its time-out, in seconds.
func (d *daemon) getWithin(t *testing.T, path, seconds string) (status int, body string, err error) {
	t.Helper()
	connection := d.dial(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Prometheus-Scrape-Timeout-Seconds: "+seconds+"\r\n\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func (d *daemon) wantEnd(t *testing.T, signal os.Signal) {
	t.Helper()
	if status := d.end(t, signal); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
}

// Requests that announce a body and do not send it are answered and closed: they hold
// neither a place among the probes nor a connection.
func TestBodiesThatNeverComeHoldNothing(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	d := start(t, file, "--scrape.max-concurrent=1")
	var connections []net.Conn
	for i := range 256 {
		announced := []string{"Content-Length: 1", "Transfer-Encoding: chunked", "Expect: 100-continue\r\nContent-Length: 1"}[i%3]
		connections = append(connections, d.dial(t, "GET /probe?target=a HTTP/1.1\r\nHost: x\r\n"+announced+"\r\n\r\n"))
	}
	for _, connection := range connections {
		answer, err := io.ReadAll(connection) // which ends only with the connection
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
			t.Fatalf("%v, %.100q", err, answer)
		}
	}
	if asked := router.State().Requests; len(asked) != 0 {
		t.Errorf("the router was asked: %v", asked)
	}
	d.wantUp(t)
	d.wantEnd(t, syscall.SIGTERM)
}

// Who does not read an answer keeps nobody's place, and is ended.
func TestAnswersThatAreNotRead(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	manyBands(t, router)
	d := start(t, file, "--scrape.max-concurrent=1")
	d.wantUp(t)
	var connections []net.Conn
	for _, path := range []string{"/probe?target=a", "/probe?target=a&debug=true", "/probe?target=a"} {
		connections = append(connections, d.askAndNotRead(t, path))
	}
	for range 3 { // each waits half its time for a place, which is less than the others have to be read
		if status, _, err := d.getWithin(t, "/probe?target=a&collect[]=system", "4"); err != nil || status != http.StatusOK {
			t.Errorf("while answers are not read: %d, %v", status, err)
		}
	}
	for _, connection := range connections {
		awaitEnd(t, connection)
	}
	d.wantUp(t)
	d.wantEnd(t, syscall.SIGTERM)
}

// Connections that say nothing, or begin and do not go on, take nothing from others, and
// those of half a header are closed.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	_, file := simulated(t, "")
	d := start(t, file)
	for range 150 {
		d.dial(t, "")
		idle := d.dial(t, "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(idle), nil)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", answer, err)
		}
		_ = answer.Body.Close()
	}
	half := d.dial(t, "GET /-/healthy HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	d.wantUp(t)
	if text, err := io.ReadAll(half); err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("half a header: %v, %q", err, text)
	}
	// A header too large is answered, and not read to its end.
	large := d.dial(t, "GET /-/healthy HTTP/1.1\r\nHost: x\r\nX-Large: "+strings.Repeat("x", 40<<10)+"\r\n\r\n")
	if answer, _ := io.ReadAll(large); !strings.HasPrefix(string(answer), "HTTP/1.1 431 ") {
		t.Errorf("a large header: %.100q", answer)
	}
	d.wantEnd(t, syscall.SIGTERM)
}

// Callers can take all descriptors. What comes meanwhile fails; what comes later does not.
func TestDescriptorsRunOut(t *testing.T) {
	t.Parallel()
	_, file := simulated(t, "")
	d := startThrough(t, `ulimit -n 64 && exec "$@"`, file)
	before := d.dial(t, "")
	var connections []net.Conn
	for range 100 {
		connections = append(connections, d.dial(t, ""))
	}
	d.await(t, "too many open files")
	if _, err := io.WriteString(before, "GET /probe?target=a HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(before), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(body), "\npeplink_up 0\n") {
		t.Errorf("without a descriptor for the router: %v, %.300s", err, body)
	}
	for _, connection := range connections {
		_ = connection.Close()
	}
	d.wantUp(t)
	d.wantEnd(t, syscall.SIGTERM)
}

// The log's reader may be gone: the exporter goes on, reloads and ends in peace.
func TestLogWithoutAReader(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	d := &daemon{command: exec.CommandContext(t.Context(), program(), "--config.file="+file, "--web.listen-address=127.0.0.1:0"), log: bufio.NewScanner(read)}
	d.command.Stderr = write
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	d.url = d.awaitAddress(t, "Listening on")
	_ = read.Close()
	router.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Status: 500})
	if _, _, err := d.get(t.Context(), "/probe?target=a"); err != nil { // which is logged
		t.Error(err)
	}
	router.ClearFault(peplinktest.EveryEndpoint)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/-/reload", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("reload: %v, %v", answer, err)
	}
	_ = answer.Body.Close()
	d.wantUp(t)
	d.log = bufio.NewScanner(strings.NewReader(""))
	d.wantEnd(t, syscall.SIGTERM)
}
