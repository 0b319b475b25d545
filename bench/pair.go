package main

import (
	"context"
	"errors"
	"fmt"
)

// pair is an exporter and its floor, each with a router of its own.
type pair struct {
	routers  *routers
	exporter *exporter
	floor    *floor
	text     exposition
	zipped   int
	requests int
}

func (p *pair) stop() error {
	return errors.Join(p.exporter.stop(), p.floor.stop(), p.routers.stop(), p.floor.routers.stop())
}

// startPair runs an exporter, learns what one of its polls asks, and runs the floor that
// asks the same.
func (b *bench) startPair(ctx context.Context, s subject, more string, arguments ...string) (p *pair, err error) {
	p = &pair{}
	if p.routers, err = b.startRouters(ctx, arguments...); err != nil {
		return nil, err
	}
	if p.exporter, err = b.startExporter(ctx, s, configurationFor(p.routers, more)); err != nil {
		return nil, err
	}
	target := routerName(0)
	if _, err := p.exporter.probeOnce(ctx, target); err != nil { // which grants, and reads what is kept
		return nil, err
	}
	uris, err := p.learn(ctx, target)
	if err != nil {
		return nil, err
	}
	if p.floor, err = b.startFloor(ctx, uris, p.text, arguments...); err != nil {
		return nil, err
	}
	if _, err := p.floor.probe(ctx, target); err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	return p, nil
}

// learn polls once and notes what the exporter asks, and answers.
func (p *pair) learn(ctx context.Context, target string) (uris []string, err error) {
	if err := p.routers.clear(ctx); err != nil {
		return nil, err
	}
	zipped, err := p.exporter.probe(ctx, target)
	if err != nil {
		return nil, err
	}
	if p.text, err = zipped.plainText(); err != nil {
		return nil, err
	}
	p.zipped = len(zipped.text)
	log, err := p.routers.log(ctx)
	if err != nil {
		return nil, err
	}
	for _, request := range log {
		uris = append(uris, request.URI)
	}
	p.requests = len(uris)
	if told, _ := p.text.value("peplink_scrape_requests"); int(told) != p.requests {
		return nil, fmt.Errorf("the router saw %d requests, the exporter says %v", p.requests, told)
	}
	return uris, nil
}
