package peplink_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// listen accepts connections and hands each to a function, until the test ends.
func listen(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	ok(t, err)
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	running.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer connection.Close()
				defer context.AfterFunc(t.Context(), func() { _ = connection.Close() })()
				serve(connection)
			})
		}
	})
	return listener.Addr().String()
}

// silent takes all in and says nothing.
func silent(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) }

// ask asks a router at an address, which fails.
func ask(t *testing.T, address string, change ...func(*peplink.Options)) error {
	t.Helper()
	options := peplink.Options{URL: parse(t, address), Credentials: sound}
	for _, change := range change {
		change(&options)
	}
	_, err := newClient(t, options).WANConnections(t.Context())
	return err
}

func quickly(o *peplink.Options) { o.ConnectTimeout = 50 * time.Millisecond }

func TestUnknownName(t *testing.T) {
	// No resolver has to be asked for the second: a part of it is too long for a name.
	for _, host := range []string{"no-such-router.invalid", strings.Repeat("x", 64) + ".invalid"} {
		wantReason(t, ask(t, "http://"+host, quickly), grant, peplink.ReasonDNS)
	}
}

func TestNothingListens(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	ok(t, err)
	address := listener.Addr().String()
	ok(t, listener.Close())
	for _, scheme := range []string{"http://", "https://"} {
		wantReason(t, ask(t, scheme+address), grant, peplink.ReasonConnect)
	}
}

// A router that takes the connection and then is silent costs the time to connect, not
// the time for a poll.
func TestSilentHandshake(t *testing.T) {
	address := listen(t, silent)
	ctx, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	client := newClient(t, peplink.Options{URL: parse(t, "https://"+address), Credentials: sound, ConnectTimeout: 50 * time.Millisecond})
	_, err := client.WANConnections(ctx)
	wantReason(t, err, grant, peplink.ReasonConnect)
	if ctx.Err() != nil {
		t.Error("all of the time is gone")
	}
}

// A name that nobody answers for in the caller's time is another matter than one that is
// refused.
func TestDeadlineBeforeConnect(t *testing.T) {
	address := listen(t, silent)
	client := newClient(t, peplink.Options{
		URL: parse(t, "https://"+address), Credentials: sound, ConnectTimeout: ample, GrantTimeout: 50 * time.Millisecond,
	})
	_, err := client.WANConnections(t.Context())
	wantReason(t, err, grant, peplink.ReasonTimeout)
}

func TestNoHTTP(t *testing.T) {
	for name, says := range map[string]string{
		"nothing":      "",
		"other":        "SSH-2.0-router\r\n",
		"half an head": "HTTP/1.1 200 OK\r\nContent-",
		"no length":    "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			address := listen(t, func(connection net.Conn) {
				_, _ = connection.Read(make([]byte, 4096))
				_, _ = io.WriteString(connection, says)
			})
			wantReason(t, ask(t, "http://"+address), grant, peplink.ReasonHTTP)
		})
	}
}

func TestCutAnswers(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(wan, peplinktest.Fault{Cut: true})
	wantReason(t, b.wans(), wan, peplink.ReasonHTTP)
	b.ClearFault(wan)
	ok(t, b.wans())
	b.wantCount(grant, 1)
}

func TestWholeTarget(t *testing.T) {
	for reason, want := range map[peplink.Reason]bool{
		peplink.ReasonDNS: true, peplink.ReasonConnect: true, peplink.ReasonCertificate: true, peplink.ReasonTLS: true, peplink.ReasonAuth: true, peplink.ReasonSecret: true,
		peplink.ReasonTimeout: false, peplink.ReasonForbidden: false, peplink.ReasonUnsupported: false,
		peplink.ReasonHTTP: false, peplink.ReasonAPI: false, peplink.ReasonDecode: false,
	} {
		if got := reason.WholeTarget(); got != want {
			t.Errorf("%s: %v, want %v", reason, got, want)
		}
	}
}

func TestReasonOf(t *testing.T) {
	if got := peplink.ReasonOf(context.DeadlineExceeded); got != peplink.ReasonTimeout {
		t.Errorf("a deadline is %s, want timeout", got)
	}
	if got := peplink.ReasonOf(&peplink.Error{Reason: peplink.ReasonAPI}); got != peplink.ReasonAPI {
		t.Errorf("an api error is %s", got)
	}
}
