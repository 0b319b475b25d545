// Simulator serves one simulated router, and says on its first line, as JSON,
// where it can be reached. It ends with SIGINT or SIGTERM.
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

	"github.com/peplink-exporter/peplink_exporter/demo/simulation"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// ready is the line that tells where the router is.
type ready struct {
	URL          string `json:"url"`
	Control      string `json:"control"`
	Fingerprint  string `json:"fingerprint_sha256,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
	Username     string `json:"username,omitempty"`
	Password     string `json:"password,omitempty"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	var settings simulation.Settings
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&settings.Model, "model", "max-hd2-8.3", fmt.Sprintf("one of %q", peplinktest.Models()))
	flags.StringVar(&settings.Listen, "listen", "127.0.0.1:0", "address of the router's API")
	flags.StringVar(&settings.Control, "control", "127.0.0.1:0", "loopback address of the control port")
	flags.Uint64Var(&settings.Seed, "seed", 0, "how the router moves; 0 starts exactly at the fixtures")
	flags.BoolVar(&settings.TLS, "tls", false, "serve HTTPS, with a self-signed certificate made at start")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	simulated, err := simulation.Start(ctx, settings)
	if err != nil {
		return err
	}
	defer simulated.Close()
	line := ready{URL: simulated.URL, Control: simulated.Control, Fingerprint: simulated.Fingerprint}
	if simulated.Router.TakesClients() {
		line.ClientID, line.ClientSecret = peplinktest.ClientID, peplinktest.ClientSecret
	}
	if simulated.Router.TakesUsers() {
		line.Username, line.Password = peplinktest.Username, peplinktest.Password
	}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return fmt.Errorf("write where the router is: %w", err)
	}
	<-ctx.Done()
	return nil
}
