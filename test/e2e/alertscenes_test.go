//go:build e2e

package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// alertScene is something that happens to one router of the demo, and ends again.
type alertScene struct {
	name   string
	router string
	begin  func(context.Context, *testing.T, router)
	end    func(context.Context, *testing.T, router)
	// told is all that receivers get to know of it: first that it fires, then that it is resolved.
	told []notice
	// muted fires too, and nobody is told.
	muted []labels
}

var alertScenes = []alertScene{
	{
		name: "a WAN fails", router: "shop-7",
		begin: unplug("1"), end: restore(connection),
		told: []notice{{"operations", "", fired("PeplinkWANDown", "warning", "shop-7", "wan_id=1", "wan=WAN 1")}},
	},
	{
		name: "the only WAN fails", router: "hub",
		begin: unplug("1"), end: restore(connection),
		told:  []notice{{"on-call", "", fired("PeplinkAllWANsDown", "critical", "hub")}},
		muted: []labels{fired("PeplinkWANDown", "warning", "hub", "wan_id=1", "wan=WAN")},
	},
	{
		name: "an allowance runs over", router: "bus-12",
		begin: func(ctx context.Context, t *testing.T, r router) {
			r.change(ctx, t, []change{{allowance, "/2/1/usage", 10300}}) // of 10240 MB
		},
		end:  restore(allowance),
		told: []notice{{"on-call", "", fired("PeplinkAllowanceExceeded", "critical", "bus-12", "wan_id=2", "wan=Cellular 1", "sim=1")}},
	},
	{
		name: "a certificate changes", router: "museum",
		begin: func(ctx context.Context, t *testing.T, r router) { r.post(ctx, t, "/certificate", struct{}{}) },
		end:   func(ctx context.Context, t *testing.T, r router) { r.delete(ctx, t, "/certificate") },
		told:  []notice{{"on-call", "", fired("PeplinkCertificateRejected", "critical", "museum")}},
	},
}

// atRest is what the demo's routers give reason to from the start, and always: they show what there is to be seen. On
// other days of the month more allowances are projected to run over, but that takes six hours to fire.
var atRest = []notice{
	{"digest", "firing", fired("PeplinkRoaming", "info", "bus-12", "wan_id=3", "wan=Cellular 2", "state=roaming")},
	{"on-call", "firing", fired("PeplinkAllowanceExceeded", "critical", "attic", "wan_id=99")},
	{"on-call", "firing", fired("PeplinkAllowanceExceeded", "critical", "shop-7", "wan_id=5", "wan=Mobile Internet 2", "sim=1")},
	{"operations", "firing", fired("PeplinkRouteConflict", "warning", "attic", "profile_id=1", "profile=Hub")},
	{"operations", "firing", fired("PeplinkRouteConflict", "warning", "hub", "profile_id=1", "profile=Vehicles")},
	{"operations", "firing", fired("PeplinkRouteConflict", "warning", "hub", "profile_id=2", "profile=Sites")},
	{"operations", "firing", fired("PeplinkRouteConflict", "warning", "shop-7", "profile_id=4", "profile=Old warehouse")},
	{"operations", "firing", fired("PeplinkTunnelLinkDown", "warning", "ferry-3",
		"profile_id=60000", "peer_id=60000-2", "peer=SFC-FRA-0002", "wan_id=2", "wan=Cellular")},
	{"operations", "firing", fired("PeplinkTunnelLinkDown", "warning", "shop-7",
		"profile_id=1", "peer_id=1-1", "peer=HQ-B580", "wan_id=6", "wan=USB")},
	{"operations", "firing", fired("PeplinkTunnelLinkDown", "warning", "shop-7",
		"profile_id=1", "peer_id=1-1", "peer=HQ-B580", "wan_id=7", "wan=Wi-Fi WAN")},
	{"operations", "firing", fired("PeplinkTunnelLinkDown", "warning", "shop-7",
		"profile_id=1", "peer_id=1-2", "peer=HQ-B580", "wan_id=2", "wan=WAN 2")},
}

// targetLabels are those that the demo's configuration gives its routers.
var targetLabels = map[string][]string{
	"bus-12":  {"site=depot-north", "role=vehicle", "availability=intermittent", "router_model=MAX HD2"},
	"ferry-3": {"site=harbour", "role=vehicle", "availability=intermittent", "router_model=MAX BR1 5G"},
	"ferry-9": {"site=harbour", "role=vehicle", "availability=intermittent", "router_model=MAX BR1 Pro"},
	"shop-7":  {"site=shop-7", "role=site", "router_model=Balance"},
	"works":   {"site=works", "role=site", "router_model=Balance 710"},
	"hub":     {"site=data-centre", "role=hub", "router_model=FusionHub"},
	"attic":   {"site=attic", "role=site"},
	"museum":  {"site=museum", "role=site"},
}

// fired are the labels of an alert about a router, all of them.
func fired(name, severity, router string, more ...string) labels {
	l := labels{"alertname": name, "severity": severity, "job": "peplink", "instance": router}
	for _, pair := range slices.Concat(more, targetLabels[router]) {
		key, value, _ := strings.Cut(pair, "=")
		l[key] = value
	}
	return l
}

func unplug(wan string) func(context.Context, *testing.T, router) {
	return func(ctx context.Context, t *testing.T, r router) {
		r.change(ctx, t, []change{
			{connection, "/" + wan + "/statusLed", "red"},
			{connection, "/" + wan + "/message", "No Cable Detected"},
		})
	}
}

func restore(endpoint string) func(context.Context, *testing.T, router) {
	return func(ctx context.Context, t *testing.T, r router) {
		r.post(ctx, t, "/restore", map[string]string{"endpoint": endpoint})
	}
}
