package main

import (
	"context"
	"os"
	"strings"
)

// floor is the least that a probe can cost: see floor/.
type floor struct {
	*client
	*process
	routers *routers
}

// startFloor runs one that makes the same requests as an exporter's poll did, of a
// router of its own, and answers the same text.
func (b *bench) startFloor(ctx context.Context, uris []string, text []byte, arguments ...string) (*floor, error) {
	r, err := b.startRouters(ctx, arguments...)
	if err != nil {
		return nil, err
	}
	opened, err := r.open(ctx, r.URLs[0])
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(b.folder, "text-*")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Write(text); err != nil {
		return nil, err
	}
	order := struct {
		URLs   []string `json:"urls"`
		Cookie string   `json:"cookie"`
		Text   string   `json:"text"`
	}{Cookie: opened.cookie, Text: file.Name()}
	for _, uri := range uris {
		order.URLs = append(order.URLs, r.URLs[0]+withToken(uri, opened.token))
	}
	var told struct {
		URL string `json:"url"`
	}
	p, err := b.startTelling(ctx, b.helper("floor"), order, &told)
	if err != nil {
		return nil, err
	}
	return &floor{client: newClient(told.URL), process: p, routers: r}, nil
}

func withToken(uri, token string) string {
	switch {
	case token == "":
		return uri
	case strings.Contains(uri, "?"):
		return uri + "&accessToken=" + token
	}
	return uri + "?accessToken=" + token
}
