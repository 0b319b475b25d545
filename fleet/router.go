package fleet

import (
	"context"
	"crypto/x509"
	"slices"
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Router is a target with what its polls share: the client, what the last one found.
type Router struct {
	Target *config.Target // not to be changed
	client *peplink.Client
	polled *collector.Router

	mu      sync.Mutex
	last    *collector.Result
	reasons map[string]peplink.Reason // of each collector when it was last asked

	contended bool // when it was last polled
}

// News is what a poll found that the one before had not.
type News struct {
	// Failures: a collector failed for the first time, for another reason than the time
	// before, or not any more.
	Failures bool
	// Contended: another program seems to use the same credentials.
	Contended bool
}

func newRouter(target *config.Target, now func() time.Time) *Router {
	client := peplink.New(peplink.Options{
		URL:                   target.URL,
		Credentials:           func() (peplink.Credentials, error) { return credentials(target) },
		TLS:                   tlsSettings(target.TLS),
		Proxy:                 target.ProxyURL,
		ConnectTimeout:        target.ConnectTimeout,
		GrantTimeout:          target.Timeout,
		MaxConcurrentRequests: target.MaxConcurrentRequests,
		Now:                   now,
	})
	return &Router{
		Target:  target,
		client:  client,
		polled:  collector.NewRouter(client, now),
		reasons: map[string]peplink.Reason{},
	}
}

func credentials(target *config.Target) (peplink.Credentials, error) {
	if target.Username != "" {
		password, err := target.Password.Value()
		return peplink.Credentials{Username: target.Username, Password: password}, err
	}
	id, err := target.ClientID.Value()
	if err != nil {
		return peplink.Credentials{}, err
	}
	secret, err := target.ClientSecret.Value()
	return peplink.Credentials{ClientID: id, ClientSecret: secret}, err
}

func tlsSettings(t config.TLS) peplink.TLS {
	settings := peplink.TLS{
		Fingerprints:       t.FingerprintsSHA256,
		InsecureSkipVerify: t.InsecureSkipVerify,
		ServerName:         t.ServerName,
		MinVersion:         t.MinVersion,
	}
	if t.CAFile != "" {
		settings.RootCAs = x509.NewCertPool()
		settings.RootCAs.AppendCertsFromPEM(t.CAPEM) // checked when the configuration was loaded
	}
	return settings
}

// forget ends what is remembered of the router's refusals.
func (r *Router) forget() {
	r.polled.Forget()
	r.client.Forget()
}

// HasSecrets reports whether the target's credentials can be read just now.
func (r *Router) HasSecrets() bool {
	_, err := credentials(r.Target)
	return err == nil
}

// Poll asks the router for the given collectors until ctx ends, and returns what came of
// it.
func (r *Router) Poll(ctx context.Context, collectors []string) (*collector.Result, News) {
	result := r.polled.Poll(ctx, collector.Request{
		Settings: collector.Settings{
			Expose:   collector.Expose(r.Target.Expose),
			TimeZone: r.Target.TimeZone,
		},
		Collectors:   collectors,
		AtOnce:       r.Target.MaxConcurrentRequests,
		MinInterval:  r.Target.MinIntervalOf,
		MaxPeers:     r.Target.MaxPeers,
		MaxLinkPeers: r.Target.MaxLinkPeers,
	})
	return result, r.remember(result)
}

// remember keeps the newest result: of two polls at once, the one that began later may
// end first.
func (r *Router) remember(result *collector.Result) News {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || !result.Began.Before(r.last.Began) {
		r.last = result
	}
	contended := r.client.Status().Session.Contended
	news := News{Contended: contended && !r.contended}
	r.contended = contended
	for _, asked := range result.Collectors {
		news.Failures = news.Failures || r.reasons[asked.Collector] != asked.Reason()
		r.reasons[asked.Collector] = asked.Reason()
	}
	return news
}

// Last returns what the last poll brought, nil where there was none.
func (r *Router) Last() *collector.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// Session tells how the router's session stands, without asking the router.
func (r *Router) Session() peplink.SessionStatus { return r.client.Status().Session }

// Has reports whether a collector is on for this target.
func (r *Router) Has(name string) bool { return slices.Contains(r.Target.Collectors, name) }
