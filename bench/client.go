package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// What Prometheus 3 sends with its default scrape_protocols.
const (
	prometheusAccept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
		"application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," +
		"text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
	prometheusTimeout = "X-Prometheus-Scrape-Timeout-Seconds"
)

// client asks an exporter, or what is in its place, as Prometheus does.
type client struct {
	http  *http.Client
	base  string
	plain bool // does not ask for compression
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{Transport: &http.Transport{
		DisableCompression:  true, // it is asked for by hand, and undone when nobody waits
		MaxIdleConnsPerHost: 1000,
	}}}
}

// answer is what was answered, as it came.
type answer struct {
	text    []byte // compressed or not
	zipped  bool
	began   time.Time
	took    time.Duration // until the last byte
	content string        // Content-Type
}

// probe scrapes a target.
func (c *client) probe(ctx context.Context, target string) (answer, error) {
	return c.get(ctx, "/probe?target="+url.QueryEscape(target))
}

func (c *client) get(ctx context.Context, path string) (answer, error) {
	return c.do(ctx, http.MethodGet, path)
}

func (c *client) do(ctx context.Context, method, path string) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, nil)
	if err != nil {
		return a, err
	}
	request.Header.Set("Accept", prometheusAccept)
	request.Header.Set("User-Agent", "Prometheus/3.0.0")
	request.Header.Set(prometheusTimeout, "300")
	if !c.plain {
		request.Header.Set("Accept-Encoding", "gzip")
	}
	a.began = time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	a.text, err = io.ReadAll(response.Body)
	a.took = time.Since(a.began)
	a.zipped = response.Header.Get("Content-Encoding") == "gzip"
	a.content = response.Header.Get("Content-Type")
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.200s", path, response.Status, a.text)
	}
	return a, err
}

// plainText is the answer without compression.
func (a answer) plainText() (exposition, error) {
	if !a.zipped {
		return a.text, nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(a.text))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// probeOnce scrapes a target, and wants it up.
func (c *client) probeOnce(ctx context.Context, target string) (exposition, error) {
	a, err := c.probe(ctx, target)
	if err != nil {
		return nil, err
	}
	text, err := a.plainText()
	if err == nil && !text.isUp() {
		err = fmt.Errorf("%s is not up: %.300s", target, text)
	}
	return text, err
}
