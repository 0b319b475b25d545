//go:build !withoutprometheus

package queries_test

import (
	"slices"
	"strings"
	"testing"
)

// literal is a catalogue of the exporter's metrics and of some rules that are written here.
func literal(t *testing.T) *catalogue {
	t.Helper()
	c := exported(t)
	c.add([]rule{
		{Record: "peplink:threshold:x", Expr: "0.5"},
		{Record: "peplink:used:ratio", Expr: "peplink_allowance_usage_bytes / peplink_allowance_limit_bytes"},
		{Record: "peplink:down:class", Expr: `label_replace(max by (job, instance) (peplink_scrape_error), "class", "x", "", "")`},
		{Record: "peplink:wan_last_up:timestamp_seconds", Expr: `max by (job, instance, wan_id) (0 * (peplink_wan_up == 1) + time())
			or last_over_time(peplink:wan_last_up:timestamp_seconds[6h]) > time() - 7`},
		{Record: "peplink:marked", Expr: "sum(peplink_up)", Labels: map[string]string{"mark": "a"}},
		{Alert: "PeplinkWANDown", Expr: "peplink_wan_up == 0", Labels: map[string]string{"severity": "warning"}},
	})
	return c
}

// Expressions without fault, and the labels of their series: what is found wrong elsewhere is wrong.
func TestLabelsFollowExpressions(t *testing.T) {
	c := literal(t)
	for expr, want := range map[string]string{
		`1 + 1`:                          "",
		`sum(peplink_up)`:                "",
		`vector(1) * scalar(peplink_up)`: "",
		`max by (job, instance, wan_id) (peplink_cellular_rsrp_dbm)`:                  "instance, job, wan_id",
		`max without (rat, band, band_index, site, role) (peplink_cellular_rsrp_dbm)`: "availability, instance, job, router_model, wan, wan_id",
		`topk(3, peplink:used:ratio) by (job)`:                                        "availability, instance, job, role, router_model, sim, site, wan, wan_id",
		`count_values by (job) ("level", peplink_cellular_signal_level)`:              "job, level",
		`peplink:wan_last_up:timestamp_seconds`:                                       "instance, job, wan_id",
		`peplink:down:class{class="x"} and on (job, instance) peplink_up == 0`:        "class, instance, job",
		`peplink:marked{mark="a"}`:                                                    "mark",
		`peplink_wan_up * on (job, instance, wan_id) peplink_wan_enabled`:             "instance, job, wan_id",
		`peplink_wan_up * ignoring (type, virtual_type, method, routing_mode, group_set) group_right () peplink_wan_info > scalar(peplink:threshold:x)`: "availability, group_set, instance, job, method, role, router_model, routing_mode, site, type, virtual_type, wan, wan_id",
		`peplink_pepvpn_peer_up * on (job, instance, peer_id) group_left (profile_id) peplink_pepvpn_peer_info`:                                         "availability, instance, job, peer, peer_id, profile_id, role, router_model, site",
		`label_join(peplink_up, "where", "/", "site", "instance")`:                                                                                      "availability, instance, job, role, router_model, site, where",
		`absent(up{job="peplink"})`: "job",
		`histogram_quantile(0.9, sum by (le, endpoint) (rate(peplink_exporter_router_request_duration_seconds_bucket[5m])))`: "endpoint",
		`max_over_time(peplink_up[1d:5m] offset 1w)`:                                               "availability, instance, job, role, router_model, site",
		`count by (__name__) ({__name__=~"peplink_scrape_.+"})`:                                    "__name__",
		`ALERTS{alertstate="firing", alertname=~"PeplinkWANDown", severity="warning", wan_id="2"}`: "alertname, alertstate, availability, instance, job, role, router_model, severity, site, wan, wan_id",
		`peplink_wan_state{state=~"down|no_cable"} == 1 or peplink_up`:                             "availability, instance, job, role, router_model, site, state, wan, wan_id",
	} {
		labels, faults := c.infer(expr)
		if len(faults) > 0 || labels.String() != want {
			t.Errorf("%s\nhas labels %s\n     want   %s\nfaults: %q", expr, labels, want, faults)
		}
	}
}

func TestFaultyExpressionsAreFound(t *testing.T) {
	c := literal(t)
	for expr, want := range map[string]string{
		`peplink_wan_upp == 1`: "nobody exports or records peplink_wan_upp; is peplink_wan_up meant?",
		`peplink:used:ration`:  "nobody exports or records",
		`peplink_exporter_router_request_duration_seconds > 1`: "nobody exports or records",
		`sum(peplink_up`:                                                               "does not parse",
		`peplink_up{wan_id="1"}`:                                                       `no label "wan_id" there`,
		`peplink_up{instnace=~".+"}`:                                                   `no label "instnace" there`,
		`peplink_exporter_targets{site="x"}`:                                           `no label "site" there`,
		`sum by (wan_id) (peplink_up)`:                                                 `sum by: no label "wan_id" there`,
		`sum by (wan) (max by (job) (peplink_wan_up))`:                                 `sum by: no label "wan" there, only: job`,
		`max without (rat) (peplink_wan_up)`:                                           `max without: no label "rat" there`,
		`topk by (peer_id) (5, peplink_up)`:                                            `topk by: no label "peer_id" there`,
		`peplink_up and on (wan_id) peplink_wan_up`:                                    `and on, left side: no label "wan_id" there`,
		`peplink_wan_up unless on (wan_id) peplink_up`:                                 `unless on, right side: no label "wan_id" there`,
		`peplink_wan_up * on (job, instance) group_left (model) peplink_up`:            `* group_left: no label "model" there`,
		`peplink_up * on (job, instance) group_right (model) peplink_wan_up`:           `* group_right: no label "model" there`,
		`peplink_wan_up and peplink_up`:                                                "and: the sides never match",
		`peplink_allowance_usage_bytes / ignoring (rat) peplink_allowance_limit_bytes`: `/ ignoring: no label "rat" there`,
		`label_replace(peplink_up, "a", "$1", "wan", "(.*)")`:                          `label_replace: no label "wan" there`,
		`label_join(peplink_up, "a", "", "wan")`:                                       `label_join: no label "wan" there`,
		`histogram_quantile(0.9, rate(peplink_session_grants_total[5m]))`:              `histogram_quantile: no label "le" there`,
		`rate(peplink_up)`:                                                             "does not parse",
		`{__name__=~"peplink_wam_.+"}`:                                                 "no metric's name fits",
		`peplink_wan_state{state="no_cabel"}`:                                          `state of peplink_wan_state is never "no_cabel"`,
		`peplink_wan_state{state=~"up|dwon"}`:                                          `never "dwon"`,
		`peplink_wan_state{state!~"lockd.*|up"}`:                                       `never "lockd.*"`,
		`ALERTS{alertname=~"PeplinkTunel.+"}`:                                          `never "PeplinkTunel.+"`,
		`peplink_scrape_error{reason="refused"}`:                                       `never "refused"`,
		`ALERTS{alertname="PeplinkWanDown"}`:                                           `never "PeplinkWanDown"`,
		`ALERTS{alertname="PeplinkWANDown", peer_id="1"}`:                              `no label "peer_id" there`,
		`peplink:down:class{reason="x"}`:                                               `no label "reason" there, only: class, instance, job`,
		`sum by (site) (peplink:wan_last_up:timestamp_seconds)`:                        `no label "site" there`,
	} {
		_, faults := c.infer(expr)
		if !slices.ContainsFunc(faults, func(fault string) bool { return strings.Contains(fault, want) }) {
			t.Errorf("%s\nfaults found: %q\nwant one with: %s", expr, faults, want)
		}
	}
}

func TestFaultyRulesAreFound(t *testing.T) {
	c := literal(t)
	for want, r := range map[string]rule{
		`nobody exports or records peplink_wan_on`:  {Alert: "A", Expr: "peplink_wan_on"},
		`summary tells the label peer`:              {Alert: "A", Expr: "peplink_up", Annotations: map[string]string{"summary": "{{ $labels.peer }}"}},
		`description, peplink_up{wan=".+"}: `:       {Alert: "A", Expr: "peplink_up", Annotations: map[string]string{"description": `see peplink_up{wan="{{ $labels.instance }}"} there`}},
		`description, peplink_wan_stat{job=".+"}: `: {Alert: "A", Expr: "peplink_up", Annotations: map[string]string{"description": `{{ with query (printf "peplink_wan_stat{job=%q}" $labels.job) }}{{ (first .).Value }}{{ end }}`}},
		`description shows the label reason, and `:  {Alert: "A", Expr: "peplink_up", Annotations: map[string]string{"description": `{{ with query (printf "peplink_wan_state{job=%q}" $labels.job) }}{{ (first .).Labels.reason }}{{ end }}`}},
		`sum by: no label "x" there, only: job`:     {Record: "a:b", Expr: "sum by (x) (sum by (job) (up))"},
	} {
		faults := c.faultsOf(r)
		if len(faults) != 1 || !strings.Contains(faults[0], want) {
			t.Errorf("%v: faults found: %q\nwant one with: %s", r, faults, want)
		}
	}
	good := rule{Alert: "A", Expr: "peplink_wan_up == 0", Labels: map[string]string{"severity": "info"}, Annotations: map[string]string{
		"summary":     `{{ $labels.wan }} {{ $labels.severity }} peplink_wan_up{wan="{{ $labels.wan }}"} == 0, and count by (site) (peplink_wan_up{role="hub"}) lists them`,
		"description": `{{ with query (printf "peplink_wan_state{job=%q} == 1" $labels.job) }}{{ (first .).Labels.state }}{{ end }}`,
	}}
	if faults := c.faultsOf(good); len(faults) > 0 {
		t.Errorf("%v: %q", good, faults)
	}
}
