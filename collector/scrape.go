package collector

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
	Subscriber bool // numbers of SIMs and modems, names of users
	Location   bool // the cell that a modem is connected to
}

// Request says what one poll is to bring.
type Request struct {
	Settings
	Collectors   []string // names among [Names]; others are ignored
	AtOnce       int      // collectors asked side by side, at least 1
	MaxPeers     int      // SpeedFusion peers read
	MaxLinkPeers int      // of these, peers whose links are read
	// MinInterval tells how old a collector's kept answer may be; nil for always asking.
	MinInterval func(collector string) time.Duration
}

// Router is everything that the polls of one router share. It is safe for concurrent use.
type Router struct {
	client   *peplink.Client
	now      func() time.Time
	calls    *calls
	refusals *memory

	mu          sync.Mutex
	wanNames    map[string]string // the newest that are known, by connection id
	lastSuccess time.Time
	wasUp       map[string]bool // by collector: whether the poll that last asked found the router up
}

// NewRouter returns a router that nobody has polled yet. now is the exporter's clock.
func NewRouter(client *peplink.Client, now func() time.Time) *Router {
	refusals := newMemory(client, now)
	return &Router{client: client, now: now, calls: newCalls(refusals), refusals: refusals, wasUp: map[string]bool{}}
}

// Forget ends what is remembered of the router's refusals, as a reload of the
// configuration is to do.
func (r *Router) Forget() { r.refusals.forget() }

// Poll asks the router for what the request names, and turns the answers into samples. It
// returns when all collectors have answered or ctx ends; what failed costs its own series
// only. A poll that reads nothing has a result too.
func (r *Router) Poll(ctx context.Context, request Request) *Result {
	began := time.Now()
	now := r.now()
	var requests atomic.Int64
	ctx = peplink.WithExchanges(ctx, counting(ctx, &requests))
	a := &asking{calls: r.calls, request: request, client: r.client, refusals: r.refusals}
	outcomes := askAll(ctx, a, request.definitions())
	names := r.latestNames(a.wanNames())

	outcomes = slices.DeleteFunc(outcomes, func(o outcome) bool {
		return !slices.Contains(request.Collectors, o.definition.name) // asked for the names of the WANs alone
	})
	result := &Result{Began: now, tables: []described{pollTable, collectorTable}}
	polled := newSink()
	for _, outcome := range outcomes {
		result.add(outcome, view{Request: request, now: now, wanNames: names}, polled)
	}
	status := r.client.Status()
	result.Up, result.LastSuccess = r.judge(outcomes, status, now)
	result.Shared = int(a.joined.Load())
	result.Duration = time.Since(began)
	pollTable.collect(poll{result: result, status: status, requests: requests.Load()}, polled)
	result.metrics = append(result.metrics, polled.metrics...)
	return result
}

// counting counts exchanges, and tells whoever was told of them before.
func counting(ctx context.Context, count *atomic.Int64) func(peplink.Exchange) {
	before := peplink.Exchanges(ctx)
	return func(exchange peplink.Exchange) {
		count.Add(1)
		before(exchange)
	}
}

// definitions returns those asked for in the order of asking, and that of the WANs where
// another needs their names.
func (r Request) definitions() []*definition {
	asked := func(d *definition) bool { return slices.Contains(r.Collectors, d.name) }
	needNames := slices.ContainsFunc(definitions, func(d *definition) bool { return d.bearsWAN && asked(d) })
	return slices.DeleteFunc(slices.Clone(definitions), func(d *definition) bool {
		return !asked(d) && (d.name != "wan" || !needNames)
	})
}

// latestNames keeps the names of the WANs for polls that cannot read them.
func (r *Router) latestNames(read map[string]string) map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if read != nil {
		r.wanNames = read
	}
	return r.wanNames
}

// judge tells whether the router is up, and when it last was. An answer fetched for this
// poll shows it, unless the router gives it to anybody. Kept answers show what they
// showed when they were fetched.
func (r *Router) judge(outcomes []outcome, status peplink.Status, now time.Time) (up bool, lastSuccess time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	onlyOpen, onlyKept := true, true // of what was asked for this poll
	for _, o := range outcomes {
		succeeded := o.err == nil
		if succeeded && o.reading.kept {
			continue
		}
		onlyKept = false
		onlyOpen = onlyOpen && o.definition.open && succeeded
		up = up || succeeded && !o.definition.open
	}
	switch {
	case len(outcomes) == 0:
	case onlyKept:
		up = slices.ContainsFunc(outcomes, func(o outcome) bool { return r.wasUp[o.definition.name] })
	case onlyOpen:
		up = !status.Session.Refused
	}
	for _, o := range outcomes {
		if !o.reading.kept {
			r.wasUp[o.definition.name] = up
		}
	}
	if up {
		r.lastSuccess = now
	}
	return up, r.lastSuccess
}

// outcome is what became of asking one collector.
type outcome struct {
	definition *definition
	reading    reading
	err        error
	duration   time.Duration
}

// askAll asks the collectors in order, several side by side. When the router as a whole
// cannot be reached, those that are left share that fate at once: a dead router should
// not cost its time-out once for each, nor one that grants no session a grant for each.
func askAll(ctx context.Context, a *asking, asked []*definition) []outcome {
	outcomes := make([]outcome, len(asked))
	var mu sync.Mutex
	var dead error
	var group errgroup.Group
	group.SetLimit(max(a.request.AtOnce, 1))
	for i, definition := range asked {
		group.Go(func() error {
			began := time.Now()
			mu.Lock()
			err := dead
			mu.Unlock()
			var read reading
			if err == nil {
				read, err = definition.read(ctx, a)
			}
			if err != nil && (peplink.ReasonOf(err).WholeTarget() || peplink.WithoutSession(err)) {
				mu.Lock()
				dead = err
				mu.Unlock()
			}
			outcomes[i] = outcome{definition: definition, reading: read, err: err, duration: time.Since(began)}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	return outcomes
}
