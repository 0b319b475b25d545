// Peplink_exporter is a Prometheus exporter for Peplink and Pepwave routers.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"sync"
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

	"github.com/peplink-exporter/peplink_exporter/command"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// closeTimeout bounds how long sessions are given back at the end.
const closeTimeout = 3 * time.Second

// flags are the settings of the command line.
type flags struct {
	configFile    string
	configCheck   bool
	autoReload    time.Duration
	externalURL   *url.URL
	healthAddress string
	disableAdmin  bool
	timeoutOffset time.Duration
	maxConcurrent int
	web           *web.FlagConfig
	log           *promslog.Config
	healthURL     string
}

func main() {
	chosen, f := parseFlags(os.Args[1:])
	var err error
	switch {
	case chosen == "health":
		err = command.Health(context.Background(), f.healthURL)
	case f.configCheck:
		err = check(f)
	default:
		err = serve(f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// parseFlags returns the name of the sub-command, and the flags of all.
func parseFlags(arguments []string) (chosen string, f *flags) {
	app := kingpin.New("peplink_exporter", "Prometheus exporter for Peplink and Pepwave routers.")
	app.HelpFlag.Short('h')
	app.Version(version.Print("peplink_exporter"))
	f = &flags{log: &promslog.Config{}}
	app.Flag("config.file", "Path of the configuration file.").Default("peplink_exporter.yml").StringVar(&f.configFile)
	app.Flag("config.check", "Check the configuration and its secrets, print every fault, and exit.").BoolVar(&f.configCheck)
	app.Flag("config.auto-reload-interval", "How often to look whether the configuration has changed, and to reload it then; 0s for never.").Default("0s").DurationVar(&f.autoReload)
	app.Flag("web.external-url", "URL at which the exporter is reached, for service discovery; its path is the prefix of all routes.").URLVar(&f.externalURL)
	app.Flag("web.health-listen-address", "Address of a plain port besides, with /-/healthy and /-/ready only; empty for none.").StringVar(&f.healthAddress)
	app.Flag("web.disable-admin", "Leave out /config and /-/reload.").BoolVar(&f.disableAdmin)
	app.Flag("scrape.timeout-offset", "How long before Prometheus' time-out a probe answers.").Default("500ms").DurationVar(&f.timeoutOffset)
	app.Flag("scrape.max-concurrent", "How many probes run at once; 0 for 256 or twice the targets, whichever is more.").Default("0").IntVar(&f.maxConcurrent)
	f.web = kingpinflag.AddFlags(app, ":10717")
	promslogflag.AddFlags(app, f.log)
	app.Command("serve", "Serve probes of the configured routers.").Default()
	health := app.Command("health", "Ask a running exporter whether it is alive, for the health check of a container.")
	health.Arg("URL", "The exporter's URL.").Default(command.DefaultExporter).StringVar(&f.healthURL)
	app.Validate(func(*kingpin.Application) error { return server.CheckExternalURL(f.externalURL) })
	return kingpin.MustParse(app.Parse(arguments)), f
}

func (f *flags) load() (*config.Config, error) { return config.Load(f.configFile, fleet.Collectors()) }

func (f *flags) checksum() [sha256.Size]byte { return config.Checksum(f.configFile) }

// check tells every fault of the configuration.
func check(f *flags) error {
	configuration, err := f.load()
	if err != nil {
		return err
	}
	faults, warnings := configuration.CheckSecrets()
	for _, warning := range slices.Concat(configuration.Warnings, warnings) {
		fmt.Fprintln(os.Stderr, "warning:", warning)
	}
	if len(faults) > 0 {
		return faults
	}
	fmt.Printf("%s: %d targets, no faults\n", f.configFile, len(configuration.Targets))
	return nil
}

// serve serves until a signal ends it.
func serve(f *flags) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // from the beginning: it would end the exporter
	ctx, stop := untilSignal()
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // a reader of the log that is gone is no reason to end
	logger := promslog.New(f.log)
	server.CaptureStandardLog(logger)
	metrics := server.NewMetrics(prometheus.NewRegistry())
	live, err := fleet.NewLive(f.load, fleet.Options{Now: time.Now, Observe: metrics.CountRequest})
	if err != nil {
		return err
	}
	defer giveBack(live)
	logger.Info("starting peplink_exporter", "version", version.Info(), "build_context", version.BuildContext(), "targets", len(live.Configuration().Targets))
	server.LogWarnings(logger, live.Configuration())
	handler := server.New(live, metrics, server.Options{
		Logger:              logger,
		TimeoutOffset:       f.timeoutOffset,
		MaxConcurrent:       f.maxConcurrent,
		ExternalURL:         f.externalURL,
		HealthListenAddress: f.healthAddress,
		DisableAdmin:        f.disableAdmin,
	})
	var reloads sync.WaitGroup
	reloads.Go(func() {
		handler.ReloadOn(ctx, server.ReloadTriggers{Hangups: hangups, Interval: f.autoReload, Checksum: f.checksum})
	})
	err = handler.ListenAndServe(ctx, f.web)
	stop()
	reloads.Wait()
	return err
}

// untilSignal returns a context that ends with the first SIGTERM or SIGINT, or with stop.
// From then on such a signal ends the program at once.
func untilSignal() (ctx context.Context, stop context.CancelFunc) {
	signalled, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	ctx, end := context.WithCancel(context.Background())
	context.AfterFunc(signalled, func() {
		stop()
		end() // only now, so that nobody acts on the first signal while the second is still caught
	})
	return ctx, stop
}

// giveBack ends the sessions at the routers.
func giveBack(live *fleet.Live) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	live.Close(ctx)
}
