//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// eventually asks again until check is content. It bounds how long a test waits, not how fast a program is:
// the limit is far above what a loaded machine takes.
func eventually(ctx context.Context, t *testing.T, check func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	var last error
	for {
		err := check(ctx)
		if err == nil {
			return
		}
		// What the end of the time itself breaks off says nothing.
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("given up (%v); last seen: %v", context.Cause(ctx), last)
		}
	}
}

// freeAddress is one that nobody listened on a moment ago.
func freeAddress(ctx context.Context, t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// get is the body of a page that answers 200.
func get(ctx context.Context, url string) ([]byte, error) {
	return call(ctx, http.MethodGet, url, nil)
}

func call(ctx context.Context, method, url string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{
		Transport: &http.Transport{DisableKeepAlives: true},
		Timeout:   time.Minute,
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, url, response.Status, text)
	}
	return text, nil
}
