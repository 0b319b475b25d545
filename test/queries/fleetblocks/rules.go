package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"gopkg.in/yaml.v3"
)

type rule struct {
	Record string            `yaml:"record"`
	Alert  string            `yaml:"alert"`
	Expr   string            `yaml:"expr"`
	Labels map[string]string `yaml:"labels"`
}

// evaluate adds what the rules record of the prototypes, and the alerts that they fire. Alerts do not wait: then a
// fleet would have fewer of them.
func evaluate(ctx context.Context, s *store, file string, at clock) error {
	rules, err := readRules(file)
	if err != nil {
		return err
	}
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: 1 << 30, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return interval },
	})
	defer engine.Close()
	for _, r := range rules {
		if err := r.evaluate(ctx, engine, s, at); err != nil {
			return fmt.Errorf("%s%s: %w", r.Record, r.Alert, err)
		}
	}
	return nil
}

func readRules(file string) ([]rule, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var parsed struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var all []rule
	for _, group := range parsed.Groups {
		all = append(all, group.Rules...)
	}
	return all, nil
}

func (r rule) evaluate(ctx context.Context, engine *promql.Engine, s *store, at clock) error {
	query, err := engine.NewRangeQuery(ctx, s, nil, r.Expr, time.UnixMilli(at.start), time.UnixMilli(at.end), time.Duration(interval)*time.Millisecond)
	if err != nil {
		return err
	}
	defer query.Close()
	matrix, err := query.Exec(ctx).Matrix()
	if err != nil {
		return err
	}
	for _, result := range matrix {
		v := newValues()
		for _, point := range result.Floats {
			value := point.F
			if r.Alert != "" {
				value = 1
			}
			v.append(point.T, value)
		}
		s.addSeries(r.named(result.Metric), v)
	}
	return nil
}

func (r rule) named(of labels.Labels) labels.Labels {
	builder := labels.NewBuilder(of).Set(model.MetricNameLabel, r.Record)
	for name, value := range r.Labels {
		builder.Set(name, value)
	}
	if r.Alert != "" {
		builder.Set(model.MetricNameLabel, "ALERTS").Set("alertname", r.Alert).Set("alertstate", "firing")
	}
	return builder.Labels()
}
