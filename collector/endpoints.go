package collector

import (
	"context"
	"slices"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// endpoints lists everything that can be asked of a router, in the order in which a poll
// asks it.
var endpoints = []*endpoint{
	wanEndpoint,
	allowanceEndpoint,
}

// An endpoint is one call of the API, and the collector that is fed by its answer.
type endpoint struct {
	name      string // in the API
	collector string // the public name
	off       bool   // by default
	ask       func(context.Context, *peplink.Client) (reading, error)
	tables    []described
}

// A reading is what an endpoint answered.
type reading struct {
	unreadable int
	wanNames   map[string]string           // by connection id; nil where the answer holds none
	collect    func(view view, into *sink) // turns the answer into samples
}

// view is what the samples of an answer depend on beside the answer.
type view struct {
	Settings
	Now      time.Time
	wanNames map[string]string // by connection id
}

// ask makes an endpoint's ask from its method of the client and what turns its answer
// into samples.
func ask[T any](
	call func(*peplink.Client, context.Context) (*peplink.Answer[T], error),
	collect func(answer T, view view, into *sink),
) func(context.Context, *peplink.Client) (reading, error) {
	return func(ctx context.Context, client *peplink.Client) (reading, error) {
		answer, err := call(client, ctx)
		if err != nil {
			return reading{}, err
		}
		return reading{
			unreadable: answer.Unreadable,
			collect:    func(view view, into *sink) { collect(answer.Value, view, into) },
		}, nil
	}
}

// Names lists all collectors, in the order in which a poll asks them.
func Names() []string {
	names := make([]string, 0, len(endpoints))
	for _, endpoint := range endpoints {
		names = append(names, endpoint.collector)
	}
	return names
}

// DefaultNames lists the collectors that are on where a target names none.
func DefaultNames() []string {
	on := slices.DeleteFunc(slices.Clone(endpoints), func(e *endpoint) bool { return e.off })
	names := make([]string, 0, len(on))
	for _, endpoint := range on {
		names = append(names, endpoint.collector)
	}
	return names
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
	for _, endpoint := range endpoints {
		section := Section{Collector: endpoint.collector, Endpoint: endpoint.name, OnDefault: !endpoint.off}
		for _, table := range endpoint.tables {
			section.Metrics = append(section.Metrics, table.document()...)
		}
		sections = append(sections, section)
	}
	return sections
}
