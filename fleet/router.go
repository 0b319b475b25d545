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

// Router is a target with what its polls share: the client, and what the last one found.
type Router struct {
	Target *config.Target // not to be changed
	client *peplink.Client
	now    func() time.Time

	mu      sync.Mutex
	last    *Outcome
	reasons map[string]peplink.Reason // of each collector when it was last asked
}

// Outcome is what became of a poll.
type Outcome struct {
	Began  time.Time
	Result *collector.Result
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
	return &Router{Target: target, client: client, now: now, reasons: map[string]peplink.Reason{}}
}

func credentials(target *config.Target) (peplink.Credentials, error) {
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

// HasSecrets reports whether the target's credentials can be read just now.
func (r *Router) HasSecrets() bool {
	_, err := credentials(r.Target)
	return err == nil
}

// Poll asks the router for the given collectors until ctx ends, and returns what came of
// it. It is news where a collector failed for the first time, for another reason than the
// time before, or not any more.
func (r *Router) Poll(ctx context.Context, collectors []string) (result *collector.Result, news bool) {
	before := r.Last()
	request := collector.Request{
		Settings: collector.Settings{
			Expose:   collector.Expose(r.Target.Expose),
			TimeZone: r.Target.TimeZone,
		},
		Collectors: collectors,
		AtOnce:     r.Target.MaxConcurrentRequests,
		Now:        r.now(),
	}
	if before != nil {
		request.LastSuccess = before.Result.LastSuccess
		request.WANNames = before.Result.WANNames
	}
	result = collector.Poll(ctx, r.client, request)
	return result, r.remember(&Outcome{Began: request.Now, Result: result})
}

// remember keeps the newest outcome: of two polls at once, the one that began later may
// end first.
func (r *Router) remember(outcome *Outcome) (news bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || !outcome.Began.Before(r.last.Began) {
		r.last = outcome
	}
	for _, asked := range outcome.Result.Collectors {
		news = news || r.reasons[asked.Collector] != asked.Reason()
		r.reasons[asked.Collector] = asked.Reason()
	}
	return news
}

// Last returns what became of the last poll, nil where there was none.
func (r *Router) Last() *Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// Session tells how the router's session stands, without asking the router.
func (r *Router) Session() peplink.SessionStatus { return r.client.Status().Session }

// Has reports whether a collector is on for this target.
func (r *Router) Has(name string) bool { return slices.Contains(r.Target.Collectors, name) }
