package main

import (
	"context"
	"errors"
	"fmt"
	"math"
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
}

// startExporter runs an exporter with a configuration, and waits until it is ready.
func startExporter(ctx context.Context, folder string, s subject, configuration []byte) (*exporter, error) {
	file, err := os.CreateTemp(folder, "configuration-*.yml")
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
	p, err := start(ctx, folder, s.program, nil, "--config.file="+file.Name(), "--web.listen-address="+address)
	if err != nil {
		return nil, err
	}
	e := &exporter{client: newClient("http://" + address), process: p}
	if err := e.waitReady(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	e.ready = time.Since(began)
	e.readyCPU, err = processorTime(p.pid())
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
			return fmt.Errorf("%s ended before it was ready; see its log in the folder: %w", e.name, e.err)
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

// rest waits until the exporter has swept up, and has given back to the system what it
// will: until its memory has not shrunk for a second, but half a minute at most.
func (e *exporter) rest(ctx context.Context) error {
	least, since := int64(math.MaxInt64), time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for end := time.Now().Add(30 * time.Second); time.Since(since) < time.Second && time.Now().Before(end); {
		memory, err := residentOf(e.pid())
		if err != nil {
			return err
		}
		if memory.now < least {
			least, since = memory.now, time.Now()
		}
		if err := wait(ctx, timer, time.Now().Add(50*time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}
