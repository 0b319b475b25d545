package server

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// Reload loads the configuration again and logs what came of it; cause says who asked
// for it. After an error, which names every fault of the file, the configuration from
// before serves on.
func (s *Server) Reload(cause string) error {
	if err := s.live.Reload(); err != nil {
		s.Logger.Error("configuration not reloaded, the one before serves on", "cause", cause, "err", err)
		return err
	}
	s.places.growTo(s.maxConcurrent())
	configuration := s.live.Configuration()
	s.Logger.Info("configuration reloaded", "cause", cause, "targets", len(configuration.Targets))
	LogWarnings(s.Logger, configuration)
	return nil
}

// LogWarnings logs what is risky in a configuration.
func LogWarnings(logger *slog.Logger, configuration *config.Config) {
	for _, warning := range configuration.Warnings {
		logger.Warn("configuration", "warning", warning.String())
	}
}

// reload answers 200 only when the new configuration serves.
func (s *Server) reload(w http.ResponseWriter, _ *http.Request) {
	if err := s.Reload("http"); err != nil {
		answerText(w, http.StatusInternalServerError, err.Error())
		return
	}
	answerText(w, http.StatusOK, fmt.Sprintf("reloaded: %d targets", len(s.live.Configuration().Targets)))
}
