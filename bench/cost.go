package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// idleTimeout is how long an exporter keeps a connection without use.
const idleTimeout = 5 * time.Minute

// month is what SIM plans are sold by.
const month = 30 * 24 * time.Hour

// polls is what some polls cost a router and its line.
type polls struct {
	counters
	count float64
}

// since is what came to what was counted before.
func (c counters) since(before counters) counters {
	requests := map[string]int64{}
	for endpoint, count := range c.Requests {
		requests[endpoint] = count - before.Requests[endpoint]
	}
	return counters{
		Requests: requests, Connections: c.Connections - before.Connections,
		Handshakes: c.Handshakes - before.Handshakes, Resumed: c.Resumed - before.Resumed,
		Received: c.Received - before.Received, Transmitted: c.Transmitted - before.Transmitted,
	}
}

func (p polls) bytes() float64 { return float64(p.Received+p.Transmitted) / p.count }

// line is one poll, on the average.
func (p polls) line(name string) []string {
	each := func(n int64) string { return fmt.Sprintf("%.4g", float64(n)/p.count) }
	return []string{
		name, each(p.all()), each(p.grants()), each(p.Received), each(p.Transmitted),
		fmt.Sprintf("%.0f", p.bytes()), each(p.Connections), each(p.Handshakes - p.Resumed), each(p.Resumed),
	}
}

// costs are the kinds of polls there are.
type costs struct {
	first, steady, withFirmware, anew polls
	grantsADay                        float64
}

// cost is section 5: what monitoring costs the router and its SIM.
func (b *bench) cost(ctx context.Context) error {
	each := table{columns: []string{
		"max-hd2-8.3, each poll", "requests", "of these grants", "bytes to router", "bytes from router", "bytes", "connections", "full handshakes", "resumed",
	}}
	intervals := []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute}
	monthly := table{columns: []string{"MB a month, scraped every"}}
	for _, interval := range intervals {
		monthly.columns = append(monthly.columns, interval.String())
	}
	monthly.columns = append(monthly.columns, "grants a day")
	for _, s := range b.subjects {
		c, err := b.costsOf(ctx, s)
		if err != nil {
			return err
		}
		each.add(c.first.line(s.name + ", first")...)
		each.add(c.steady.line(s.name + ", steady")...)
		each.add(c.withFirmware.line(s.name + ", steady, with info.firmware")...)
		each.add(c.anew.line(s.name + ", after the router hung up")...)
		row := []string{s.name}
		for _, interval := range intervals {
			row = append(row, fmt.Sprintf("%.1f", c.monthly(interval)/1e6))
		}
		monthly.add(append(row, fmt.Sprintf("%.2f", c.grantsADay))...)
	}
	each.write(b.out)
	monthly.write(b.out)
	b.say("Bytes are those within TCP, TLS included; headers of TCP and IP come on top. 1 MB is 1,000,000 bytes, a month 30 days.")
	b.say("A month is computed from the polls above: info.firmware at most once an hour; a resumed handshake each where the interval reaches the %v", idleTimeout)
	b.say("that idle connections are kept; grants left out. Grants a day follow from the refresh that the exporter announces for a token of 48 h.\n")
	return nil
}

// monthly is the bytes of a month.
func (c *costs) monthly(interval time.Duration) float64 {
	count := month.Seconds() / interval.Seconds()
	poll := c.steady.bytes()
	if interval >= idleTimeout {
		poll = c.anew.bytes()
	}
	firmware := max(c.withFirmware.bytes()-c.steady.bytes(), 0)
	return count*poll + min(count, month.Hours())*firmware
}

func (b *bench) costsOf(ctx context.Context, s subject) (*costs, error) {
	r, err := b.startRouters(ctx)
	if err != nil {
		return nil, err
	}
	e, err := b.startExporter(ctx, s, configurationFor(r, ""))
	if err != nil {
		return nil, err
	}
	c := &costs{}
	began := time.Now()
	text, err := e.probeOnce(ctx, routerName(0))
	if err != nil {
		return nil, err
	}
	counted, err := r.counters(ctx)
	if err != nil {
		return nil, err
	}
	c.first = polls{counted, 1}
	due, ok := text.value("peplink_session_refresh_due_timestamp_seconds")
	if !ok {
		return nil, errors.New("the exporter does not tell when it refreshes its token")
	}
	c.grantsADay = (24 * time.Hour).Seconds() / (due - float64(began.UnixMilli())/1000)
	if c.steady, err = countPolls(ctx, r, e, 200, nil); err != nil {
		return nil, err
	}
	if c.anew, err = countPolls(ctx, r, e, 20, r.cut); err != nil {
		return nil, err
	}
	if err := e.stop(); err != nil {
		return nil, err
	}
	if c.withFirmware, err = b.pollsOfAll(ctx, s, r); err != nil {
		return nil, err
	}
	return c, r.stop()
}

// pollsOfAll are polls for which everything is asked anew.
func (b *bench) pollsOfAll(ctx context.Context, s subject, r *routers) (p polls, err error) {
	always, err := b.startExporter(ctx, s, configurationFor(r, "  min_interval: {all: 0s}\n"))
	if err != nil {
		return p, err
	}
	if _, err := always.probeOnce(ctx, routerName(0)); err != nil {
		return p, err
	}
	if p, err = countPolls(ctx, r, always, 200, nil); err != nil {
		return p, err
	}
	return p, always.stop()
}

// countPolls polls that often, doing something before each.
func countPolls(ctx context.Context, r *routers, e *exporter, count int, before func(context.Context) error) (p polls, err error) {
	first, err := r.counters(ctx)
	if err != nil {
		return p, err
	}
	for range count {
		if before != nil {
			if err := before(ctx); err != nil {
				return p, err
			}
		}
		if _, err := e.probeOnce(ctx, routerName(0)); err != nil {
			return p, err
		}
	}
	last, err := r.counters(ctx)
	return polls{last.since(first), float64(count)}, err
}
