package collector

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A definition is one collector: what it asks of a router, and the tables that turn the
// answer into samples.
type definition struct {
	name     string // public
	endpoint string // of the API
	off      bool   // by default
	open     bool   // the router answers without a session, so an answer does not prove one
	bearsWAN bool   // its metrics bear the names of WANs
	read     func(context.Context, *asking) (reading, error)
	tables   []described
}

// A reading is what a collector read. Beside an error it may hold what was read before.
type reading struct {
	kept       bool          // nothing was asked for this poll
	age        time.Duration // of a kept answer
	unreadable int
	collect    func(view view, into *sink) // turns the answer into samples; nil where nothing was read
}

// view is what samples depend on beside the answer.
type view struct {
	Request
	now      time.Time
	wanNames map[string]string // by connection id
}

// asking is one poll's way to a router: the calls, and the answers that several
// collectors of the poll need.
type asking struct {
	*calls
	request  Request
	client   *peplink.Client
	refusals *memory
	joined   atomic.Int64 // calls that another poll had begun

	wansOnce   once[peplink.WANConnections]
	pepvpnOnce once[peplink.PepVPN]
}

// once is an answer for which a poll asks once, however many of its collectors need it.
type once[T any] struct {
	sync.Once
	answer answer[T]
	err    error
}

func (o *once[T]) get(ask func() (answer[T], error)) (answer[T], error) {
	o.Do(func() { o.answer, o.err = ask() })
	return o.answer, o.err
}

// ask makes a call through its cell, for a collector.
func ask[T any](
	ctx context.Context, a *asking, collector string, cell *cell[T],
	call func(context.Context) (*peplink.Answer[T], error),
) (answer[T], error) {
	var maxAge time.Duration
	if a.request.MinInterval != nil {
		maxAge = a.request.MinInterval(collector)
	}
	answer, err := cell.ask(ctx, maxAge, call)
	if answer.joined {
		a.joined.Add(1)
	}
	return answer, err
}

// asReading prepares an answer for the tables.
func asReading[T any](answer answer[T], err error, collect func(T, view, *sink)) (reading, error) {
	if answer.Answer == nil {
		return reading{}, err
	}
	return reading{
		kept:       answer.kept,
		age:        answer.age,
		unreadable: answer.Unreadable,
		collect:    func(view view, into *sink) { collect(answer.Value, view, into) },
	}, err
}

// Names lists all collectors, in the order in which a poll asks them.
func Names() []string {
	names := make([]string, 0, len(definitions))
	for _, definition := range definitions {
		names = append(names, definition.name)
	}
	return names
}

// DefaultNames lists the collectors that are on where a target names none.
func DefaultNames() []string {
	return slices.DeleteFunc(Names(), func(name string) bool {
		return slices.ContainsFunc(definitions, func(d *definition) bool { return d.name == name && d.off })
	})
}

// Section is the metrics of one collector, or of every poll, for METRICS.md.
type Section struct {
	Collector string // "" for the poll itself
	Endpoint  string // of the API
	OnDefault bool
	Metrics   []Document
}

// Sections lists every metric of a probe, as the tables have them.
func Sections() []Section {
	sections := []Section{{Metrics: slices.Concat(pollTable.document(), collectorTable.document())}}
	for _, definition := range definitions {
		section := Section{Collector: definition.name, Endpoint: definition.endpoint, OnDefault: !definition.off}
		for _, table := range definition.tables {
			section.Metrics = append(section.Metrics, table.document()...)
		}
		sections = append(sections, section)
	}
	return sections
}
