package server

import (
	"context"
	"crypto/sha256"
	"os"
	"time"
)

// ReloadTriggers are what makes a server reload without being asked over HTTP.
type ReloadTriggers struct {
	// Hangups brings a signal for each reload that is wanted.
	Hangups <-chan os.Signal
	// Interval is how often Checksum is compared with that of the configuration; 0 for
	// never.
	Interval time.Duration
	// Checksum is over the content of the files as they are now. Content counts rather
	// than times: what Kubernetes mounts is a symbolic link that moves to another folder.
	Checksum func() [sha256.Size]byte
}

// ReloadOn reloads the configuration on every trigger, until ctx ends. How a reload went
// is logged.
func (s *Server) ReloadOn(ctx context.Context, triggers ReloadTriggers) {
	var ticks <-chan time.Time // without an interval there never is one
	if triggers.Interval > 0 {
		ticker := time.NewTicker(triggers.Interval)
		defer ticker.Stop()
		ticks = ticker.C
	}
	var tried [sha256.Size]byte
	for {
		select {
		case <-triggers.Hangups:
			_ = s.Reload("SIGHUP") // logged there
		case <-ticks:
			now, known := triggers.Checksum(), s.live.Configuration().Checksum
			if s.live.Faulty() {
				known = tried // what is faulty is tried once, not at every tick
			}
			if now != known {
				tried = now
				_ = s.Reload("changed files") // logged there
			}
		case <-ctx.Done():
			return
		}
	}
}
