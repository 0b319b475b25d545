package fleet

import (
	"context"
	"crypto/x509"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Router is a target of one configuration. What it keeps outlives a reload that leaves its
// connection settings as they are.
type Router struct {
	Target *config.Target // not to be changed
	*state
}

// state is what all polls of a router share.
type state struct {
	client *peplink.Client
	now    func() time.Time
	slots  chan struct{} // holds one element for each call in flight
	calls  calls
	// withoutSecret tells that the credentials could not be read when they were last used.
	withoutSecret atomic.Bool

	mu          sync.Mutex
	callBegun   chan struct{} // closed, and replaced, when a call begins
	wans        knownWANs
	connected   []string // peers whose tunnels were read last
	lastSuccess time.Time
	wasUp       map[string]bool           // by collector: whether the poll that last asked found the router up
	causes      map[string]peplink.Reason // by collector: why it failed when it was last asked
	starved     map[string]bool           // collectors that got no time in the last poll
	contended   bool                      // when it was last polled
	last        *Summary
}

// knownWANs is what is kept of the WANs that were read last.
type knownWANs struct {
	ids  []string // in the router's order
	byID map[string]collector.KnownWAN
	err  error // of asking last
}

func newRouter(target *config.Target, options Options) *Router {
	s := &state{
		now:       options.Now,
		slots:     make(chan struct{}, target.MaxConcurrentRequests),
		calls:     newCalls(),
		wasUp:     map[string]bool{},
		callBegun: make(chan struct{}),
		causes:    map[string]peplink.Reason{},
	}
	s.client = peplink.New(peplink.Options{
		URL: target.URL,
		Credentials: func() (peplink.Credentials, error) {
			read, err := credentials(target)
			s.withoutSecret.Store(err != nil)
			return read, err
		},
		TLS:                tlsSettings(target.TLS),
		Proxy:              target.ProxyURL,
		ConnectTimeout:     target.ConnectTimeout,
		GrantTimeout:       target.Timeout,
		MaxIdleConnections: target.MaxConcurrentRequests,
		Now:                options.Now,
		Observe:            options.observe,
	})
	_, err := credentials(target)
	s.withoutSecret.Store(err != nil)
	return &Router{Target: target, state: s}
}

// with is the router with other settings that leave its connection as it is.
func (r *Router) with(target *config.Target) *Router { return &Router{Target: target, state: r.state} }

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

// forgetRefusals ends what is remembered of the router's refusals.
func (r *Router) forgetRefusals() {
	r.client.ForgetDialects()
	r.calls.forgetRefusals()
}

// HasSecrets reports whether the target's credentials could be read when they were last
// needed.
func (r *Router) HasSecrets() bool { return !r.withoutSecret.Load() }

// Session tells how the router's session stands, without asking the router.
func (r *Router) Session() peplink.SessionStatus { return r.client.Status().Session }

// Has reports whether a collector is on for this target.
func (r *Router) Has(name string) bool { return slices.Contains(r.Target.Collectors, name) }

// Last returns what the last poll found, nil where there was none.
func (r *Router) Last() *Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// begun returns what tells a poll that waits for a slot that a call has begun, which it may
// join.
func (s *state) begun() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callBegun
}

func (s *state) tellBegun() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.callBegun)
	s.callBegun = make(chan struct{})
}

// noteWANs keeps what other calls and polls need to know of the WANs.
func (s *state) noteWANs(answer *peplink.Answer[peplink.WANConnections], err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wans.err = err; answer == nil {
		return
	}
	known := collector.KnownWANs(&answer.Value)
	s.wans.byID = make(map[string]collector.KnownWAN, len(known))
	s.wans.ids = make([]string, len(known))
	for i, wan := range known {
		s.wans.ids[i], s.wans.byID[wan.ID] = wan.ID, wan
	}
}

// wansThat lists the connection ids of WANs of a kind: of those that are being asked for,
// or else of those that were read last. The error is that of asking for them.
func (s *state) wansThat(are func(collector.KnownWAN) bool) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) {
		s.calls.wans.join(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		ids := slices.DeleteFunc(slices.Clone(s.wans.ids), func(id string) bool { return !are(s.wans.byID[id]) })
		if len(ids) == 0 { // and it is not known whether there are any
			return nil, s.wans.err
		}
		return ids, nil
	}
}

func isCellular(wan collector.KnownWAN) bool { return wan.Cellular }
func isWiFi(wan collector.KnownWAN) bool     { return wan.WiFi }

// knownWANs returns what was last read of the WANs, by connection id.
func (s *state) knownWANs() map[string]collector.KnownWAN {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wans.byID
}

// noteConnected keeps the peers whose tunnels are read.
func (s *state) noteConnected(peers []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connected = peers
}

// connectedPeers returns at most so many of the peers whose tunnels were read last.
func (s *state) connectedPeers(most int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected[:min(len(s.connected), most)]
}
