package server

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"hash/fnv"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// targetGroup is an entry of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists the targets for http_sd_configs. Prometheus is told to probe them where
// it found the list, and needs no relabelling.
func (s *Server) discovery(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if s.ExternalURL != nil {
		host = s.ExternalURL.Host
	}
	if host == "" {
		answerText(w, http.StatusBadRequest, "the request has no Host header")
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		answerText(w, http.StatusBadRequest, "the parameters are malformed")
		return
	}
	inShard, err := parseShard(query.Get("shard"))
	if err != nil {
		answerText(w, http.StatusBadRequest, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriter(w) // its errors are of a client that has left
	separator := "["
	for _, router := range s.live.Fleet().Routers() {
		if !inShard(router.Target.Name) {
			continue
		}
		group, err := json.Marshal(targetGroup{Targets: []string{host}, Labels: s.discoveryLabels(router.Target, r.TLS != nil)})
		if err != nil {
			s.Logger.Error("a target cannot be listed", "target", router.Target.Name, "err", err)
			continue
		}
		_, _ = out.WriteString(separator)
		_, _ = out.Write(group)
		separator = ","
	}
	if separator == "[" {
		_, _ = out.WriteString("[")
	}
	_, _ = out.WriteString("]\n")
	_ = out.Flush()
}

func (s *Server) discoveryLabels(target *config.Target, overTLS bool) map[string]string {
	labels := maps.Clone(target.Labels)
	labels["__metrics_path__"] = s.prefix() + "/probe"
	labels["__param_target"] = target.Name
	labels["instance"] = target.Name
	if target.ScrapeInterval > 0 {
		timeout := cmp.Or(target.ScrapeTimeout, min(target.ScrapeInterval, target.Timeout+s.TimeoutOffset))
		labels["__scrape_interval__"] = prometheusDuration(target.ScrapeInterval)
		labels["__scrape_timeout__"] = prometheusDuration(timeout)
	}
	switch {
	case s.ExternalURL != nil:
		labels["__scheme__"] = s.ExternalURL.Scheme
	case overTLS:
		labels["__scheme__"] = "https"
	}
	return labels
}

// prometheusDuration writes a duration as Prometheus reads it, which has no fractions.
func prometheusDuration(d time.Duration) string { return model.Duration(d).String() }

// parseShard reads "I/N": of N shards that the targets are dealt to by name, the one with
// number I, counted from 0. Without a shard all targets are in.
func parseShard(shard string) (func(name string) bool, error) {
	if shard == "" {
		return func(string) bool { return true }, nil
	}
	number, count, _ := strings.Cut(shard, "/")
	i, errI := strconv.ParseUint(number, 10, 64)
	n, errN := strconv.ParseUint(count, 10, 64)
	if errI != nil || errN != nil || i >= n {
		return nil, errors.New("shard is to be I/N with whole numbers and 0 ≤ I < N")
	}
	return func(name string) bool {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(name)) // never fails
		return hash.Sum64()%n == i
	}, nil
}
