package server

import (
	"bytes"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/expfmt"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// explain answers an account of a poll for a person: the settings, each request, what
// became of each collector, then the metrics.
func (s *Server) explain(w http.ResponseWriter, router *fleet.Router, result *fleet.Result) {
	if s.DisableAdmin {
		answerText(w, http.StatusForbidden, "debug=true is switched off by --web.disable-admin")
		return
	}
	settings, err := router.Target.YAML()
	if err != nil {
		s.Logger.Error("the settings cannot be shown", "target", router.Target.Name, "err", err)
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# Settings of %s\n\n%s\n# Requests\n\n", router.Target.Name, settings)
	explainRequests(&text, result)
	fmt.Fprint(&text, "\n# Collectors\n\n")
	explainCollectors(&text, result)
	fmt.Fprint(&text, "\n# Metrics\n\n")
	families, err := result.Gather()
	if err != nil {
		fmt.Fprintln(&text, err)
	}
	for _, family := range families {
		_, _ = expfmt.MetricFamilyToText(&text, family) // a buffer takes everything
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text.Bytes()) // the client may have left
}

func explainRequests(text *bytes.Buffer, result *fleet.Result) {
	if len(result.Exchanges) == 0 {
		fmt.Fprintln(text, "none: what was needed was kept, asked by another poll, or not to be had")
		return
	}
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "endpoint\toutcome\tstatus\tbytes\ttime\tconnection")
	for _, exchange := range result.Exchanges {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%v\t%s\n", exchange.Endpoint, outcomeOf(exchange), exchange.Status, exchange.Bytes,
			exchange.Duration.Round(time.Millisecond/10), connectionOf(exchange))
	}
	_ = table.Flush() // a buffer takes everything
}

func connectionOf(exchange peplink.Exchange) string {
	if exchange.Reused {
		return "reused"
	}
	return "new"
}

func explainCollectors(text *bytes.Buffer, result *fleet.Result) {
	for i := range result.Outcomes {
		o := &result.Outcomes[i]
		fmt.Fprintf(text, "%s: ", o.Collector)
		switch {
		case o.Err != nil:
			fmt.Fprintf(text, "%s: %v", o.Reason(), o.Err)
		case o.Age > 0:
			fmt.Fprintf(text, "ok, from an answer that is %v old", o.Age.Round(time.Second))
		default:
			fmt.Fprintf(text, "ok after %v", o.Duration.Round(time.Millisecond))
		}
		if o.Unreadable > 0 {
			fmt.Fprintf(text, "; %d fields or objects could not be read", o.Unreadable)
		}
		fmt.Fprintln(text)
	}
}
