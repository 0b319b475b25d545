//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// withRules adds the project's rules to a configuration, and has them evaluated as often as it scrapes.
func withRules(t *testing.T, config string) string {
	t.Helper()
	const often, asOften = "scrape_timeout: 2s}", "scrape_timeout: 2s, evaluation_interval: 2s}"
	if !strings.Contains(config, often) {
		t.Fatalf("no %q in %s", often, config)
	}
	config = strings.Replace(config, often, asOften, 1)
	file, err := filepath.Abs("../../deploy/prometheus/peplink.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	return config + fmt.Sprintf("rule_files: [%q]\n", file)
}

// answered is what a query of a dashboard brought.
type answered struct {
	series int
	points int
	read   int // samples that Prometheus went through, in all its steps
	held   int // samples that it held at once, at most
	took   time.Duration
}

// answer asks a query of a dashboard as Grafana does: now, or from a span of time ago until now with a step, or for the
// values of a label. Points that are no number do not count.
func (p *prometheus) answer(ctx context.Context, q dashboardQuery, text string, now time.Time, span, step time.Duration) (answered, error) {
	began := time.Now()
	var got answered
	var err error
	switch {
	case q.label != "":
		got, err = p.answerLabel(ctx, q.label, text, now, span)
	case q.instant:
		got, err = p.answerSeries(ctx, "query", url.Values{"query": {text}, "time": {unix(now)}, "stats": {"all"}})
	default:
		got, err = p.answerSeries(ctx, "query_range", url.Values{
			"query": {text}, "start": {unix(now.Add(-span))}, "end": {unix(now)}, "step": {strconv.Itoa(int(step.Seconds()))}, "stats": {"all"},
		})
	}
	got.took = time.Since(began)
	return got, err
}

func (p *prometheus) answerLabel(ctx context.Context, label, series string, now time.Time, span time.Duration) (answered, error) {
	var values []string
	err := p.api(ctx, "label/"+label+"/values", url.Values{
		"match[]": {series}, "start": {unix(now.Add(-span))}, "end": {unix(now)},
	}, &values)
	return answered{series: len(values), points: len(values)}, err
}

func (p *prometheus) answerSeries(ctx context.Context, path string, parameters url.Values) (answered, error) {
	type point [2]any
	var data struct {
		Result []struct {
			Value  *point  `json:"value"`
			Values []point `json:"values"`
		} `json:"result"`
		Stats struct {
			Samples struct {
				Total int `json:"totalQueryableSamples"`
				Peak  int `json:"peakSamples"`
			} `json:"samples"`
		} `json:"stats"`
	}
	if err := p.api(ctx, path, parameters, &data); err != nil {
		return answered{}, err
	}
	got := answered{read: data.Stats.Samples.Total, held: data.Stats.Samples.Peak}
	for _, series := range data.Result {
		got.series++
		if series.Value != nil {
			series.Values = append(series.Values, *series.Value)
		}
		for _, point := range series.Values {
			if text, _ := point[1].(string); !strings.EqualFold(text, "NaN") {
				got.points++
			}
		}
	}
	return got, nil
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
