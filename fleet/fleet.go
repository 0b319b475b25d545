// Package fleet holds the routers of one configuration, each with the client and the
// memory that all its polls share.
//
// A Fleet does not change. A new configuration makes a new one.
package fleet

import (
	"fmt"
	"strings"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Fleet is the routers of one configuration.
type Fleet struct {
	routers []*Router // in the order of the configuration
	byName  map[string]*Router
	byURL   map[string][]*Router // routers behind different proxies may share one
	users   users
}

// Options are what all fleets of an exporter share.
type Options struct {
	Now func() time.Time // the exporter's clock
	// Observe is told of each request to a router, from the goroutine that made it; nil for
	// nobody.
	Observe func(peplink.Exchange)
}

// New makes the routers of a configuration. None of them is asked anything.
func New(configuration *config.Config, options Options) *Fleet {
	next, _ := Next(&Fleet{}, configuration, options)
	return next
}

// Next makes the fleet of a new configuration. The router of a target whose connection
// settings did not change is carried over with its session, connections, refusals, kept
// answers and counters. The other routers of the previous fleet are returned, to be retired
// when nobody uses that fleet any more.
func Next(previous *Fleet, configuration *config.Config, options Options) (next *Fleet, left []*Router) {
	next = &Fleet{byName: map[string]*Router{}, byURL: map[string][]*Router{}}
	for _, target := range configuration.Targets {
		router, known := previous.byName[target.Name]
		if known && router.Target.SameConnection(target) {
			router = router.with(target)
		} else {
			router = newRouter(target, options)
		}
		next.routers = append(next.routers, router)
		next.byName[target.Name] = router
		address := target.URL.String()
		next.byURL[address] = append(next.byURL[address], router)
	}
	for _, router := range previous.routers {
		if kept := next.byName[router.Target.Name]; kept == nil || kept.state != router.state {
			left = append(left, router)
		}
	}
	return next, left
}

// retry lets routers be tried again after a reload, which is how people ask for it: with
// credentials that were refused and, where nothing of the configuration changed, for what
// they do not have or may not be asked. A changed label costs no router a request.
func (f *Fleet) retry(sameConfiguration bool) {
	for _, router := range f.routers {
		router.client.EndBackOff()
		if sameConfiguration {
			router.forgetRefusals()
		}
	}
}

// Routers lists all routers in the order of the configuration.
func (f *Fleet) Routers() []*Router { return f.routers }

// An UnknownError tells that no target has a name or URL.
type UnknownError struct{ Closest string } // a configured name that may be meant, or ""

func (e *UnknownError) Error() string {
	if e.Closest == "" {
		return "unknown target"
	}
	return fmt.Sprintf("unknown target; did you mean %s?", e.Closest)
}

// An AmbiguousError tells that several targets have the URL.
type AmbiguousError struct{ Names []string }

func (e *AmbiguousError) Error() string {
	return "several targets have this url, name one of them: " + strings.Join(e.Names, ", ")
}

// Lookup finds a router by its configured name, or by its URL in any spelling that means
// the same. Errors are an [*UnknownError] or an [*AmbiguousError].
func (f *Fleet) Lookup(target string) (*Router, error) {
	if router, ok := f.byName[target]; ok {
		return router, nil
	}
	if address, err := config.NormalURL(target); err == nil {
		switch routers := f.byURL[address.String()]; len(routers) {
		case 0:
		case 1:
			return routers[0], nil
		default:
			return nil, &AmbiguousError{Names: names(routers)}
		}
	}
	return nil, &UnknownError{Closest: config.Closest(target, names(f.routers))}
}

func names(routers []*Router) []string {
	names := make([]string, 0, len(routers))
	for _, router := range routers {
		names = append(names, router.Target.Name)
	}
	return names
}

// Collectors names the collectors that a configuration may switch on.
func Collectors() config.Collectors {
	return config.Collectors{Known: collector.Names(), Default: collector.DefaultNames()}
}
