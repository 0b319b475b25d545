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
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	model := flags.String("model", "max-hd2-8.3", fmt.Sprintf("one of %q", peplinktest.Models()))
	listen := flags.String("listen", "127.0.0.1:0", "address of the router's API")
	control := flags.String("control", "127.0.0.1:0", "loopback address of the control port")
	seed := flags.Uint64("seed", 0, "how the router moves; 0 starts exactly at the fixtures")
	scenes := flags.Bool("scenes", true, "play what the model says happens by itself: WANs that fail, reboots")
	secure := flags.Bool("tls", false, "serve HTTPS, with a self-signed certificate made at start")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	router, err := peplinktest.New(*model, peplinktest.WithSeed(*seed), peplinktest.WithScenes(*scenes))
	if err != nil {
		return err
	}
	defer router.Close()
	line := credentials(router)
	api, err := serve(ctx, router, *listen, *secure, &line)
	if err != nil {
		return err
	}
	defer api.Close()
	port, err := router.ServeControl(ctx, *control)
	if err != nil {
		return err
	}
	defer port.Close()
	line.URL, line.Control = api.URL, port.URL
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return fmt.Errorf("write where the router is: %w", err)
	}
	<-ctx.Done()
	return nil
}

// credentials are those the router takes.
func credentials(router *peplinktest.Router) (line ready) {
	if router.TakesClients() {
		line.ClientID, line.ClientSecret = peplinktest.ClientID, peplinktest.ClientSecret
	}
	if router.TakesUsers() {
		line.Username, line.Password = peplinktest.Username, peplinktest.Password
	}
	return line
}

func serve(ctx context.Context, router *peplinktest.Router, address string, secure bool, line *ready) (*peplinktest.Server, error) {
	if !secure {
		return router.Serve(ctx, address, nil)
	}
	certificate, err := peplinktest.SelfSigned("127.0.0.1", "::1", "localhost")
	if err != nil {
		return nil, err
	}
	line.Fingerprint = peplinktest.Fingerprint(certificate)
	return router.Serve(ctx, address, &certificate)
}
