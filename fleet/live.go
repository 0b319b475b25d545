package fleet

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// Live is the fleet that serves now, and the way to the next one. Nobody waits for a
// reload, and a reload waits for no poll: a poll keeps the fleet it began with.
type Live struct {
	load    func() (*config.Config, error)
	options Options

	serving atomic.Pointer[serving]
	failure atomic.Pointer[string] // of the last reload; nil where it succeeded

	// reloading is held from reading the file on, so that of two reloads at once the one
	// that read last is the one that serves. It guards closed and left.
	reloading sync.Mutex
	closed    bool
	// left is closed when nobody uses any of the fleets that served before.
	left chan struct{}

	retiring sync.WaitGroup
	life     context.Context // of what retires
	end      context.CancelFunc
}

// serving is a configuration and what was made of it.
type serving struct {
	configuration *config.Config
	fleet         *Fleet
	since         time.Time
}

// errClosed is the error of a reload that comes too late.
var errClosed = errors.New("the configuration is not read again: the exporter is ending")

// NewLive loads the configuration for the first time. load is called again for each
// reload, never twice at once. The error is that of load.
func NewLive(load func() (*config.Config, error), options Options) (*Live, error) {
	configuration, err := load()
	if err != nil {
		return nil, err
	}
	l := &Live{load: load, options: options, left: make(chan struct{})}
	close(l.left)
	l.life, l.end = context.WithCancel(context.Background())
	l.serving.Store(&serving{configuration: configuration, fleet: New(configuration, options), since: options.Now()})
	return l, nil
}

// Fleet returns the fleet that serves now, to be looked at. Who polls its routers enters.
func (l *Live) Fleet() *Fleet { return l.serving.Load().fleet }

// Enter returns the fleet that serves now. Its routers keep their sessions until leave is
// called, which is to happen once.
func (l *Live) Enter() (current *Fleet, leave func()) {
	for {
		if current = l.Fleet(); current.Enter() {
			return current, current.Leave
		}
		// It was replaced in this moment, and the next one serves already.
	}
}

// Configuration returns the one that the fleet was made of. It is not to be changed.
func (l *Live) Configuration() *config.Config { return l.serving.Load().configuration }

// Loaded returns when the configuration that serves now was loaded.
func (l *Live) Loaded() time.Time { return l.serving.Load().since }

// Faulty reports whether the last reload failed, so that an older configuration serves.
func (l *Live) Faulty() bool { return l.failure.Load() != nil }

// FirstFault is the first line of what was wrong at the last reload, "" where nothing was.
func (l *Live) FirstFault() string {
	failure := l.failure.Load()
	if failure == nil {
		return ""
	}
	first, _, _ := strings.Cut(*failure, "\n")
	return first
}

// Reload loads the configuration again and makes the next fleet of it. Targets whose
// settings are the same keep session and connections; the sessions of the others are
// given back beside, when nobody uses them any more. After an error, which is that of
// loading, everything is as before.
func (l *Live) Reload() error {
	l.reloading.Lock()
	defer l.reloading.Unlock()
	if l.closed {
		return errClosed
	}
	configuration, err := l.load()
	if err != nil {
		failure := err.Error()
		l.failure.Store(&failure)
		return err
	}
	before := l.serving.Load()
	next, leaving := Next(before.fleet, configuration, l.options)
	l.replace(&serving{configuration: configuration, fleet: next, since: l.options.Now()}, leaving)
	next.retry(configuration.Checksum == before.configuration.Checksum)
	l.failure.Store(nil)
	return nil
}

// replace lets the next fleet serve; l.reloading is held. The routers that are not in it
// are retired when the fleets that they were in are used no more: the one before, and
// those before that, which a long poll may still be using.
func (l *Live) replace(next *serving, leaving []*Router) {
	before := l.serving.Swap(next)
	earlier, unused, all := l.left, before.fleet.Replace(), make(chan struct{})
	l.left = all
	l.retiring.Go(func() {
		for _, left := range []<-chan struct{}{earlier, unused} {
			select {
			case <-left:
			case <-l.life.Done():
			}
		}
		close(all)
		Retire(l.life, leaving)
	})
}

// Close gives the sessions of all routers back and closes their connections, those of
// routers that left in earlier reloads too. It returns when that is done, or soon after
// ctx ended. From then on no target is known.
func (l *Live) Close(ctx context.Context) {
	stop := context.AfterFunc(ctx, l.end)
	defer stop()
	l.reloading.Lock()
	if !l.closed {
		l.closed = true
		l.replace(&serving{
			configuration: l.Configuration(),
			fleet:         New(&config.Config{}, l.options),
			since:         l.Loaded(),
		}, l.Fleet().Routers())
	}
	l.reloading.Unlock()
	l.retiring.Wait()
	l.end()
}
