// Floor is the least that a probe can cost: it makes a poll's requests over one kept
// connection, decodes the answers into plain structs, and answers text that is ready.
// Nothing of the exporter is in it. It ends when its standard input does.
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
	"strings"
	"time"
)

// order is the first line of standard input.
type order struct {
	URLs   []string `json:"urls"`   // asked one after another in each probe, token included
	Cookie string   `json:"cookie"` // of the session; empty for none
	Text   string   `json:"text"`   // the file that is answered
}

// floor answers probes.
type floor struct {
	order
	text   []byte
	client *http.Client
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func run(stdin io.Reader, stdout io.Writer) error {
	var f floor
	lines := json.NewDecoder(stdin)
	if err := lines.Decode(&f.order); err != nil {
		return fmt.Errorf("order: %w", err)
	}
	text, err := os.ReadFile(f.Text)
	if err != nil {
		return err
	}
	f.text = text
	f.client = &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a simulated router on this machine
		TLSNextProto:    map[string]func(string, *tls.Conn) http.RoundTripper{},
	}}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(f.probe), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	if _, err := fmt.Fprintf(stdout, "{\"url\":%q}\n", "http://"+listener.Addr().String()); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, stdin)
	return server.Close()
}

func (f *floor) probe(w http.ResponseWriter, r *http.Request) {
	for _, url := range f.URLs {
		if err := f.ask(r.Context(), url); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(f.text)
}

func (f *floor) ask(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if f.Cookie != "" {
		request.Header.Set("Cookie", f.Cookie)
	}
	response, err := f.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	answer := answerOf(request.URL.Path)
	// Where numbers stand among objects encoding/json leaves them out, and says so.
	if err := json.Unmarshal(body, answer); err != nil {
		if _, mixed := errors.AsType[*json.UnmarshalTypeError](err); !mixed {
			return err
		}
	}
	if stat := answer.status(); stat != "ok" {
		return fmt.Errorf("%s: stat %q: %.200s", strings.TrimPrefix(request.URL.Path, "/api/"), stat, body)
	}
	return nil
}
