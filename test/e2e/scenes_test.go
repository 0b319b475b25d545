//go:build e2e

package e2e

import (
	"context"
	"testing"
)

// scene is something that happens to a router, and what the questions of dashboards and alerts then say of it.
type scene struct {
	name    string
	changes []change
	answers []question
}

type question struct {
	name   string
	query  string
	labels []string
	want   map[string]float64
	// onlyKeys leaves the values alone where they depend on the day of the month.
	onlyKeys bool
}

const (
	inTrouble = `peplink_wan_state{state=~"down|no_cable|connecting"} == 1`

	onBackup = `min by (job,instance) (peplink_wan_priority and on(job,instance,wan_id) peplink_wan_up == 1)` +
		` > min by (job,instance) (peplink_wan_priority and on(job,instance,wan_id)` +
		` peplink_wan_state{state=~"up|standby|connecting|down|no_cable|unknown"} == 1)`

	allowanceUsed = `peplink_allowance_usage_bytes / peplink_allowance_limit_bytes`

	allowanceProjected = `peplink_allowance_usage_bytes` +
		` / (time() - peplink_allowance_cycle_start_timestamp_seconds)` +
		` * (peplink_allowance_cycle_end_timestamp_seconds - peplink_allowance_cycle_start_timestamp_seconds)` +
		` > peplink_allowance_limit_bytes`

	// Users ask for 15 minutes.
	simSwitched = `peplink_sim_active == 1 and on(job,instance,wan_id,sim) peplink_sim_active offset 15s == 0`

	bestSignal = `max by (job,instance,wan_id) (peplink_cellular_rsrp_dbm)`
)

const (
	connection = "status.wan.connection"
	allowance  = "status.wan.connection.allowance"
)

// The changes are to the model max-hd2-8.3, and add up from scene to scene.
var scenes = []scene{
	{
		name: "a day like any other",
		answers: []question{
			{name: "in trouble", query: inTrouble, labels: []string{"wan_id", "state"}, want: map[string]float64{"7/no_cable": 1}},
			{name: "on backup", query: onBackup, want: map[string]float64{}},
			{name: "up", query: `peplink_wan_up == 1`, labels: []string{"wan_id", "wan"}, want: map[string]float64{
				"1/WAN 1": 1, "2/Cellular 1": 1, "5/Wi-Fi WAN on 2.4 GHz": 1,
			}},
			{name: "active SIM", query: `peplink_sim_active == 1`, labels: []string{"wan_id", "sim"}, want: map[string]float64{"2/1": 1, "3/1": 1}},
		},
	},
	{
		name: "allowances are used up",
		changes: []change{
			{allowance, "/1/usage", 153600},
			{allowance, "/2/1/usage", 20480},
			{allowance, "/3/1/usage", 0},
		},
		answers: []question{
			// Limits: 102400, 10240 and "1024" MB. Elsewhere there is none, and so no ratio.
			{name: "used", query: allowanceUsed, labels: []string{"wan_id", "sim"}, want: map[string]float64{"1/": 1.5, "2/1": 2, "3/1": 0}},
			{name: "projected", query: allowanceProjected, labels: []string{"wan_id", "sim"}, onlyKeys: true, want: map[string]float64{"1/": 0, "2/1": 0}},
			{name: "in bytes", query: `peplink_allowance_usage_bytes{wan_id="2",sim="1"}`, want: map[string]float64{"": 20480 * 1024 * 1024}},
		},
	},
	{
		name: "signals are read",
		changes: []change{
			{connection, "/2/cellular/rat/0/band/0/signal/rsrp", -77.5},
			{connection, "/3/cellular/rat/0/band/0/signal/rsrp", "-95"},
		},
		answers: []question{
			{name: "best signal", query: bestSignal, labels: []string{"wan_id"}, want: map[string]float64{"2": -77.5, "3": -95}},
		},
	},
	{
		name: "all WANs of the first priority fail",
		changes: []change{
			{connection, "/1/statusLed", "red"},
			{connection, "/1/message", "No Cable Detected"},
			{connection, "/2/statusLed", "yellow"},
			{connection, "/2/message", "Connecting..."},
			{connection, "/3/statusLed", "green"},
			{connection, "/3/message", "Connected to Other Mobile"},
			{connection, "/5/statusLed", "red"},
			{connection, "/5/message", "Disconnected"},
		},
		answers: []question{
			{name: "in trouble", query: inTrouble, labels: []string{"wan_id", "state"}, want: map[string]float64{
				"1/no_cable": 1, "2/connecting": 1, "5/down": 1, "7/no_cable": 1,
			}},
			{name: "on backup", query: onBackup, labels: []string{"job"}, want: map[string]float64{"peplink": 2}},
		},
	},
	{
		name: "the modem takes its other SIM",
		changes: []change{
			{connection, "/2/cellular/sim/1/active", false},
			{connection, "/2/cellular/sim/2/active", true},
		},
		answers: []question{
			{name: "switched", query: simSwitched, labels: []string{"wan_id", "sim"}, want: map[string]float64{"2/2": 1}},
		},
	},
}

func (s scene) check(ctx context.Context, t *testing.T, target router, prom *prometheus) {
	target.change(ctx, t, s.changes)
	for _, q := range s.answers {
		t.Run(q.name, func(t *testing.T) {
			eventually(ctx, t, func(ctx context.Context) error {
				got, err := prom.askAbout(ctx, target.Name, q.query, q.labels...)
				if err != nil {
					return err
				}
				if q.onlyKeys {
					for key := range got {
						got[key] = 0
					}
				}
				return differ(q.query+" (-want +got)", q.want, got)
			})
		})
	}
}
