// Routers serves many simulated routers in one process, and counts what it costs
// them to be asked. It says on its first line, as JSON, where they can be reached, and
// ends with SIGTERM, or when its standard input does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// ready is the line that tells where the routers are.
type ready struct {
	URLs         []string `json:"urls"`
	Control      string   `json:"control"`
	Fingerprint  string   `json:"fingerprint_sha256"`
	ClientID     string   `json:"client_id,omitempty"`
	ClientSecret string   `json:"client_secret,omitempty"`
	Username     string   `json:"username,omitempty"`
	Password     string   `json:"password,omitempty"`
}

// settings are the flags.
type settings struct {
	model string
	count int
	peers int
	delay time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "routers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("routers", flag.ContinueOnError)
	var s settings
	flags.StringVar(&s.model, "model", "max-hd2-8.3", fmt.Sprintf("one of %q", peplinktest.Models()))
	flags.IntVar(&s.count, "count", 1, "how many routers")
	flags.IntVar(&s.peers, "peers", 0, "replace the router's SpeedFusion peers by as many connected ones of three links each")
	flags.DurationVar(&s.delay, "delay", 0, "how long a router thinks before each answer")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	routers, err := simulate(s)
	if err != nil {
		return err
	}
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		return err
	}
	log := newRecord()
	served, err := serve(ctx, routers, certificate, log, s.delay)
	if err != nil {
		return err
	}
	defer served.close()
	line := credentials(routers[0])
	line.URLs, line.Control, line.Fingerprint = served.urls, served.control, peplinktest.Fingerprint(certificate)
	if err := json.NewEncoder(stdout).Encode(line); err != nil { //nolint:gosec // an invented credential, for whoever started this
		return fmt.Errorf("write where the routers are: %w", err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // whoever started this has ended
		cancel()
	}()
	<-ctx.Done()
	return nil
}

// simulate makes the routers. Their clock stands still: nothing fails by itself, and
// every poll reads the same.
func simulate(s settings) ([]*peplinktest.Router, error) {
	if s.count < 1 {
		return nil, errors.New("there is to be one router at least")
	}
	clock := peplinktest.NewClock(time.Now())
	routers := make([]*peplinktest.Router, s.count)
	for i := range routers {
		router, err := peplinktest.New(s.model, peplinktest.WithClock(clock))
		if err != nil {
			return nil, err
		}
		if s.peers > 0 {
			if err := makeHub(router, s.peers); err != nil {
				return nil, err
			}
		}
		routers[i] = router
	}
	return routers, nil
}

// credentials are those the routers take.
func credentials(router *peplinktest.Router) (line ready) {
	if router.TakesClients() {
		line.ClientID, line.ClientSecret = peplinktest.ClientID, peplinktest.ClientSecret
	} else {
		line.Username, line.Password = peplinktest.Username, peplinktest.Password
	}
	return line
}
