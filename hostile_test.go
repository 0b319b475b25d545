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

// simulated is a router on a socket, and a configuration that knows it as a. Its answers
// are larger than what sockets hold, so that who does not read them is waited for.
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
	return router, writeConfig(t, fmt.Sprintf("defaults: {client_id: %s, client_secret: %s, connect_timeout: 1s, max_peers: 4000}\ntargets:\n  - {name: a, url: %q}\n%s",
		peplinktest.ClientID, peplinktest.ClientSecret, served.URL, more))
}

// manyPeers makes the answers of a router larger than what sockets hold.
func manyPeers(t *testing.T, router *peplinktest.Router) {
	t.Helper()
	peers := make([]any, 4000)
	for i := range peers {
		peers[i] = map[string]any{"peerId": fmt.Sprint(i), "name": strings.Repeat("n", 120) + fmt.Sprint(i), "status": "CONNECTED", "profileId": 1}
	}
	if err := router.Change("status.pepvpn", "/peer", peers); err != nil {
		t.Fatal(err)
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
	request := "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 5\r\n\r\n"
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	return connection
}

// awaitEnd returns once the exporter has closed a connection of which nothing is read:
// then what is written to it comes back as an error.
func awaitEnd(t *testing.T, connection net.Conn) {
	t.Helper()
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
	status, body, err := d.get(ctx, "/probe?target=a")
	if err != nil || status != http.StatusOK || !strings.Contains(body, "\npeplink_up 1\n") {
		t.Errorf("a probe: %d, %v, %.200s", status, err, body)
	}
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
	manyPeers(t, router)
	d := start(t, file, "--scrape.max-concurrent=1")
	d.wantUp(t)
	var connections []net.Conn
	for _, path := range []string{"/probe?target=a", "/probe?target=a&debug=true", "/probe?target=a"} {
		connections = append(connections, d.askAndNotRead(t, path))
	}
	d.wantUp(t)
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

// Callers who do not read keep a probe from finishing no longer than it would have had, and
// the sessions are given back after that.
func TestSignalBesideCallersWhoDoNotRead(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	manyPeers(t, router)
	d := start(t, file)
	d.wantUp(t)
	for range 8 {
		d.askAndNotRead(t, "/probe?target=a")
	}
	router.SetFault("status.wan.connection", peplinktest.Fault{Hang: true})
	asked := router.Count("status.wan.connection")
	answered := make(chan string, 1)
	go func() {
		_, body, err := d.get(t.Context(), "/probe?target=a")
		answered <- fmt.Sprint(err, "\n", body)
	}()
	if err := router.WaitFor(t.Context(), "status.wan.connection", asked+1); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	if n := router.ValidTokens(); n != 1 {
		t.Errorf("%d sessions while probes run, want 1", n)
	}
	router.ClearFault("status.wan.connection")
	if got := <-answered; !strings.Contains(got, "\npeplink_up 1\n") {
		t.Errorf("the running probe: %.300s", got)
	}
	if status := d.wait(t); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if n := router.ValidTokens(); n != 0 {
		t.Errorf("%d sessions are left at the router", n)
	}
	if strings.Contains(d.seen.String(), "are cut") {
		t.Errorf("callers who do not read lasted until the end: %s", d.seen.String())
	}
}

// A list that is not read has more time than there is at the end: it is cut, in peace.
func TestSignalCutsWhatLasts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as running probes are waited for")
	}
	t.Parallel()
	var more strings.Builder
	for i := range 12000 {
		fmt.Fprintf(&more, "  - {name: t%d, url: 'https://192.0.2.1:%d', labels: {x: %s}}\n", i, 1000+i, strings.Repeat("x", 500))
	}
	router, file := simulated(t, more.String())
	d := start(t, file)
	d.wantUp(t)
	for range 6 { // more than are written at once
		d.askAndNotRead(t, "/sd")
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	d.await(t, "are cut")
	if n := router.ValidTokens(); n != 1 {
		t.Errorf("%d sessions while callers are waited for, want 1", n)
	}
	if status := d.wait(t); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if n := router.ValidTokens(); n != 0 {
		t.Errorf("%d sessions are left at the router", n)
	}
}

// What is killed leaves nothing that keeps the next from beginning: one grant, and it works.
func TestKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	for life := 1; life <= 3; life++ {
		d := start(t, file)
		d.wantUp(t)
		d.wantUp(t)
		if n := router.Count("auth.token.grant"); n != life {
			t.Errorf("%d grants in %d lives", n, life)
		}
		if status := d.end(t, syscall.SIGKILL); status == 0 {
			t.Error("exit status 0 of what was killed")
		}
	}
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
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("reload: %v, %v", answer, err)
	}
	_ = answer.Body.Close()
	d.wantUp(t)
	d.log = bufio.NewScanner(strings.NewReader(""))
	d.wantEnd(t, syscall.SIGTERM)
}
