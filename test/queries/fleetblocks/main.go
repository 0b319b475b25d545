// Fleetblocks writes the history of a large fleet as a block of Prometheus' storage: some real answers of an exporter,
// made to move through a day, with what the rules record and which alerts they fire, and then given to as many routers
// as are wanted.
//
// It writes blocks itself, because promtool takes minutes to read as many samples from text.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	pages := flag.String("pages", "", "folder of answers: NAME.prom of a /probe, and metrics.prom of the exporter itself")
	rules := flag.String("rules", "", "rule file, whose recording rules and alerts are evaluated")
	routers := flag.Int("routers", 800, "how many routers the fleet has")
	history := flag.Duration("history", 24*time.Hour, "how far back it goes")
	end := flag.Int64("end", time.Now().Unix(), "when it ends, unix time")
	out := flag.String("out", "", "data folder of a Prometheus, in which the block is made")
	flag.Parse()
	told, err := run(*pages, *rules, *out, *routers, newClock(time.Unix(*end, 0), *history))
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleetblocks:", err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stdout, told)
}

// run tells what it has written.
func run(pages, rules, out string, routers int, at clock) (string, error) {
	store, err := readPages(pages, at)
	if err != nil {
		return "", err
	}
	if err := evaluate(context.Background(), store, rules, at); err != nil {
		return "", err
	}
	written, err := writeBlock(context.Background(), out, spread(store, routers), at)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d routers, %d series, %d samples", routers, written.series, written.samples), nil
}

// clock is when the fleet is asked: once a minute until now.
type clock struct{ start, end int64 } // ms

const interval = int64(60_000) // ms

func newClock(end time.Time, history time.Duration) clock {
	last := end.Truncate(time.Minute).UnixMilli()
	return clock{start: last - history.Milliseconds(), end: last}
}

func (c clock) each(yield func(ms int64) bool) {
	for ms := c.start; ms <= c.end; ms += interval {
		if !yield(ms) {
			return
		}
	}
}
