package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// subject is an exporter that is measured: a name for the tables, and its program.
type subject struct{ name, program string }

// exporter is one that runs.
type exporter struct {
	*client
	*process
	ready    time.Duration // from start until it said so
	readyCPU time.Duration // processor time until then
	readyRSS int64         // bytes resident then
}

// startExporter runs an exporter with a configuration, and waits until it is ready.
func (b *bench) startExporter(ctx context.Context, s subject, configuration []byte) (*exporter, error) {
	file, err := os.CreateTemp(b.folder, "configuration-*.yml")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Write(configuration); err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	p, err := b.start(ctx, s.program, nil, "--config.file="+file.Name(), "--web.listen-address="+address)
	if err != nil {
		return nil, err
	}
	e := &exporter{client: newClient("http://" + address), process: p}
	if err := e.waitReady(ctx); err != nil {
		return nil, err
	}
	e.ready = time.Since(began)
	if e.readyCPU, err = processorTime(p.pid()); err != nil {
		return nil, err
	}
	memory, err := residentOf(p.pid())
	e.readyRSS = memory.now
	return e, err
}

// waitReady asks until the exporter answers.
func (e *exporter) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		if _, err := e.get(ctx, "/-/ready"); err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-e.ended:
			return fmt.Errorf("%s ended before it was ready: %w", e.name, e.err)
		case <-ctx.Done():
			return fmt.Errorf("%s did not get ready", e.name)
		}
	}
}

// collections counts those of garbage.
const collections = "go_gc_duration_seconds_count"

// settle waits until the exporter has collected its garbage twice, so that what its
// heap holds is what it keeps. There is no way to ask for a collection: garbage is made
// with requests for a path, and Go collects every two minutes by itself.
func (e *exporter) settle(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	first, err := e.values(ctx, collections)
	if err != nil {
		return err
	}
	for now := first; now[0] < first[0]+2; {
		if _, err := e.get(ctx, path); err != nil {
			return err
		}
		if now, err = e.values(ctx, collections); err != nil {
			return err
		}
	}
	return e.rest(ctx)
}
