package server

import (
	"slices"
	"strings"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// sentence tells why collectors failed, each cause once with the collectors that share it:
// "wan, allowance: status.wan.connection: no answer in time". It is the same in the log, on
// the page and in the account of a poll. It is empty where all succeeded.
func sentence(outcomes []collector.Outcome) string {
	var causes []string
	concerned := map[string][]string{}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Err == nil {
			continue
		}
		cause := string(o.Reason()) + ": " + o.Err.Error()
		if !slices.Contains(causes, cause) {
			causes = append(causes, cause)
		}
		concerned[cause] = append(concerned[cause], o.Collector)
	}
	parts := make([]string, 0, len(causes))
	for _, cause := range causes {
		if len(concerned[cause]) == len(outcomes) && len(outcomes) > 1 {
			parts = append(parts, cause)
			continue
		}
		parts = append(parts, strings.Join(concerned[cause], ", ")+": "+cause)
	}
	return strings.Join(parts, "; ")
}

// firstFailed names the first collector that failed although the router may have what it
// asks for.
func firstFailed(outcomes []collector.Outcome) string {
	for i := range outcomes {
		if outcomes[i].Failed() {
			return outcomes[i].Collector
		}
	}
	return ""
}
