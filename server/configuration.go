package server

import (
	"bufio"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// configuration shows the effective configuration: every target with all its settings,
// literal secrets as <secret>.
func (s *Server) configuration(w http.ResponseWriter, _ *http.Request) {
	// Plain text, which browsers show rather than save.
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := bufio.NewWriter(w) // its errors are of a client that has left
	if err := s.live.Configuration().WriteYAML(out); err != nil {
		s.Logger.Debug("the configuration was not written whole", "err", err)
	}
	_ = out.Flush()
}

// registerConfiguration registers the metrics of the configuration that serves when they
// are read, and of the last reload.
func registerConfiguration(registry *prometheus.Registry, live *fleet.Live) {
	gauge := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("peplink_exporter_targets",
		"Configured routers.",
		func() float64 { return float64(len(live.Fleet().Routers())) })
	gauge("peplink_exporter_targets_without_secret",
		"Configured routers whose credentials cannot be read.",
		func() float64 { return float64(withoutSecret(live.Fleet())) })
	gauge("peplink_exporter_config_last_reload_successful",
		"Whether the configuration was loaded without fault the last time it was read.",
		func() float64 {
			if live.Faulty() {
				return 0
			}
			return 1
		})
	gauge("peplink_exporter_config_last_reload_success_timestamp_seconds",
		"When the configuration was last loaded without fault, unix time.",
		func() float64 { return float64(live.Loaded().UnixNano()) / 1e9 })
}

func withoutSecret(routers *fleet.Fleet) (count int) {
	for _, router := range routers.Routers() {
		if !router.HasSecrets() {
			count++
		}
	}
	return count
}
