// Peplink_exporter is a Prometheus exporter for Peplink and Pepwave routers.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // allowance cycles begin at midnight in zones that a container lacks

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// shutdownTime bounds how long running probes are waited for at the end.
const shutdownTime = 30 * time.Second

// flags are the settings of the command line.
type flags struct {
	configFile    string
	configCheck   bool
	externalURL   *url.URL
	timeoutOffset time.Duration
	maxConcurrent int
	web           *web.FlagConfig
	log           *promslog.Config
}

func main() {
	f := parseFlags(os.Args[1:])
	if f.configCheck {
		os.Exit(check(f.configFile))
	}
	if err := run(f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parseFlags(arguments []string) *flags {
	app := kingpin.New("peplink_exporter", "Prometheus exporter for Peplink and Pepwave routers.")
	app.HelpFlag.Short('h')
	app.Version(version.Print("peplink_exporter"))
	f := &flags{log: &promslog.Config{}}
	app.Flag("config.file", "Path of the configuration file.").Default("peplink_exporter.yml").StringVar(&f.configFile)
	app.Flag("config.check", "Check the configuration and its secrets, print every fault, and exit.").BoolVar(&f.configCheck)
	app.Flag("web.external-url", "URL at which the exporter is reached, for service discovery; its path is the prefix of all routes.").URLVar(&f.externalURL)
	app.Flag("scrape.timeout-offset", "How long before Prometheus' time-out a probe answers.").Default("500ms").DurationVar(&f.timeoutOffset)
	app.Flag("scrape.max-concurrent", "How many probes run at once; 0 for 256 or twice the targets, whichever is more.").Default("0").IntVar(&f.maxConcurrent)
	f.web = kingpinflag.AddFlags(app, ":10717")
	promslogflag.AddFlags(app, f.log)
	app.Command("serve", "Serve probes of the configured routers.").Default()
	kingpin.MustParse(app.Parse(arguments))
	return f
}

// check prints every fault of the configuration and returns the exit status.
func check(file string) int {
	configuration, err := config.Load(file, fleet.Collectors())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, warning := range configuration.Warnings {
		fmt.Fprintln(os.Stderr, "warning:", warning)
	}
	if faults := configuration.CheckSecrets(); len(faults) > 0 {
		fmt.Fprintln(os.Stderr, faults)
		return 1
	}
	fmt.Printf("%s: %d targets, no faults\n", file, len(configuration.Targets))
	return 0
}

// run serves until a signal ends it.
func run(f *flags) error {
	logger := promslog.New(f.log)
	configuration, err := config.Load(f.configFile, fleet.Collectors())
	if err != nil {
		return err
	}
	logger.Info("starting peplink_exporter", "version", version.Info(), "build_context", version.BuildContext(), "targets", len(configuration.Targets))
	for _, warning := range configuration.Warnings {
		logger.Warn("configuration", "warning", warning.String())
	}
	routers := fleet.New(configuration, time.Now)
	defer func() { fleet.Retire(context.Background(), routers.Routers()) }()
	handler := server.New(routers, prometheus.NewRegistry(), server.Options{
		Logger:        logger,
		TimeoutOffset: f.timeoutOffset,
		MaxConcurrent: f.maxConcurrent,
		ExternalURL:   f.externalURL,
	})
	return serve(handler, f.web, logger)
}

// serve answers HTTP until SIGTERM or SIGINT, then lets running probes finish.
func serve(handler *server.Server, webFlags *web.FlagConfig, logger *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	httpServer := &http.Server{Handler: handler.Handler(), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.ListenAndServe(httpServer, webFlags, logger) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	stop() // a second signal ends the exporter at once
	logger.Info("ending: running probes finish")
	handler.Drain()
	ending, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := httpServer.Shutdown(ending); err != nil {
		return fmt.Errorf("running probes did not finish in time: %w", err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
