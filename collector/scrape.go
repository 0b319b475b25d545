package collector

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Settings are a target's settings that shape its metrics.
type Settings struct {
	Expose   Expose
	TimeZone *time.Location // of allowance cycles
}

// Expose says which personal data a target shows in labels.
type Expose struct {
	Addresses  bool // IP, MAC and access point addresses
	Subscriber bool // numbers of SIMs and modems
	Location   bool // the cell that a modem is connected to
}

// Request says what one poll is to bring.
type Request struct {
	Settings
	Collectors  []string  // names among [Names]; others are ignored
	AtOnce      int       // endpoints asked side by side, at least 1
	Now         time.Time // when the poll begins
	LastSuccess time.Time // of earlier polls; zero where there was none
	// WANNames are those of the last poll that read them, by connection id. They are used
	// where this poll cannot read them.
	WANNames map[string]string
}

// Result is what one poll brought. It is a [prometheus.Collector] of the answer.
type Result struct {
	// Up is true where at least one collector succeeded.
	Up bool
	// Collectors are those asked for, in the order of asking, with what became of each.
	Collectors []Outcome
	Duration   time.Duration
	// LastSuccess is that of this poll if it was up, else the request's.
	LastSuccess time.Time
	// WANNames are the newest that are known.
	WANNames map[string]string

	tables  []described
	metrics []prometheus.Metric
}

// Outcome tells whether a collector succeeded.
type Outcome struct {
	Collector string
	Err       error // nil where it did; usually an [*peplink.Error]
}

// Reason is why the collector failed, "" where it did not.
func (o Outcome) Reason() peplink.Reason {
	if o.Err == nil {
		return ""
	}
	return peplink.ReasonOf(o.Err)
}

var _ prometheus.Collector = (*Result)(nil)

// Describe implements [prometheus.Collector].
func (r *Result) Describe(descs chan<- *prometheus.Desc) {
	for _, table := range r.tables {
		table.describe(descs)
	}
}

// Collect implements [prometheus.Collector].
func (r *Result) Collect(metrics chan<- prometheus.Metric) {
	for _, metric := range r.metrics {
		metrics <- metric
	}
}

// Poll asks a router for what the request names, and turns the answers into samples. It
// returns when all endpoints have answered or ctx ends; what failed costs its own series
// only. A poll that reads nothing has a result too.
func Poll(ctx context.Context, client *peplink.Client, request Request) *Result {
	started := time.Now()
	var requests atomic.Int64
	ctx = peplink.WithExchanges(ctx, withCount(ctx, &requests))
	asked := request.endpoints()
	outcomes := askAll(ctx, client, asked, request.AtOnce)

	result := &Result{
		LastSuccess: request.LastSuccess,
		WANNames:    request.WANNames,
		tables:      []described{pollTable, collectorTable},
	}
	for _, outcome := range outcomes {
		if outcome.reading.wanNames != nil {
			result.WANNames = outcome.reading.wanNames
		}
	}
	polled := newSink()
	for _, outcome := range outcomes {
		if !slices.Contains(request.Collectors, outcome.endpoint.collector) {
			continue // asked for the names of the WANs alone
		}
		result.add(outcome, view{Settings: request.Settings, Now: request.Now, wanNames: result.WANNames}, polled)
	}
	if result.Up {
		result.LastSuccess = request.Now
	}
	result.Duration = time.Since(started)
	pollTable.collect(poll{result: result, status: client.Status(), requests: requests.Load()}, polled)
	result.metrics = append(result.metrics, polled.metrics...)
	return result
}

// withCount counts exchanges, and tells whoever was told of them before.
func withCount(ctx context.Context, count *atomic.Int64) func(peplink.Exchange) {
	before := peplink.Exchanges(ctx)
	return func(exchange peplink.Exchange) {
		count.Add(1)
		before(exchange)
	}
}

// endpoints returns those that feed the collectors asked for, in the order in which they
// are asked. Every collector bears the names of the WANs, so these are always asked for.
func (r Request) endpoints() []*endpoint {
	return slices.DeleteFunc(slices.Clone(endpoints), func(e *endpoint) bool {
		return e != wanEndpoint && !slices.Contains(r.Collectors, e.collector)
	})
}

// add turns what an endpoint answered into samples.
func (r *Result) add(outcome outcome, view view, polled *sink) {
	r.tables = append(r.tables, outcome.endpoint.tables...)
	r.Collectors = append(r.Collectors, Outcome{Collector: outcome.endpoint.collector, Err: outcome.err})
	if outcome.err == nil {
		r.Up = true
		samples := newSink()
		outcome.reading.collect(view, samples)
		outcome.reading.unreadable += samples.dropped
		r.metrics = append(r.metrics, samples.metrics...)
	}
	collectorTable.collect(outcome, polled)
}

// outcome is what became of asking one endpoint.
type outcome struct {
	endpoint *endpoint
	reading  reading
	err      error
	duration time.Duration
}

// askAll asks the endpoints in order, several side by side. When the router as a whole
// cannot be reached, those that are left share that fate at once: a dead router should
// not cost its time-out once for each.
func askAll(ctx context.Context, client *peplink.Client, asked []*endpoint, atOnce int) []outcome {
	outcomes := make([]outcome, len(asked))
	var mu sync.Mutex
	var dead error
	var group errgroup.Group
	group.SetLimit(max(atOnce, 1))
	for i, endpoint := range asked {
		group.Go(func() error {
			started := time.Now()
			mu.Lock()
			err := dead
			mu.Unlock()
			var reading reading
			if err == nil {
				reading, err = endpoint.ask(ctx, client)
			}
			if err != nil && peplink.ReasonOf(err).WholeTarget() {
				mu.Lock()
				dead = err
				mu.Unlock()
			}
			outcomes[i] = outcome{endpoint: endpoint, reading: reading, err: err, duration: time.Since(started)}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	return outcomes
}
