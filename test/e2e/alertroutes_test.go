//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// amtool is Alertmanager's own tool on the example as it stands.
func amtool(ctx context.Context, t *testing.T, arguments ...string) string {
	t.Helper()
	run := exec.CommandContext(ctx, program(t, "amtool"), arguments...)
	var complaints strings.Builder
	run.Stderr = &complaints
	said, err := run.Output()
	if err != nil {
		t.Errorf("amtool %s: %v\n%s%s", strings.Join(arguments, " "), err, said, complaints.String())
	}
	return strings.TrimSpace(string(said))
}

func TestAlertmanagerConfig(t *testing.T) {
	ctx := within(t)
	amtool(ctx, t, "check-config", alertConfig)
	for _, test := range []struct{ labels, receiver string }{
		{"alertname=PeplinkRouterUnreachable severity=critical", "on-call"},
		{"alertname=PeplinkRouterUnreachable severity=critical site=shop-7 availability=always", "on-call"},
		{"alertname=PeplinkWANDown severity=warning", "operations"},
		{"alertname=PeplinkWANDown severity=warning site=shop-7", "operations"},
		{"alertname=PeplinkRoaming severity=info", "digest"},
		{"alertname=PeplinkWatchdog severity=none", "watchdog"},
		// Nothing is lost.
		{"alertname=PeplinkSomethingNew", "operations"},
		{"alertname=PeplinkSomethingNew severity=emergency", "operations"},
		{"alertname=DiskFull severity=critical", "operations"},
		{"severity=info", "operations"},
	} {
		arguments := append([]string{"config", "routes", "test", "--config.file=" + alertConfig}, strings.Fields(test.labels)...)
		if got := amtool(ctx, t, arguments...); got != test.receiver {
			t.Errorf("%s goes to %q, want %s", test.labels, got, test.receiver)
		}
	}
}

// Who is told together of what: the titles of the messages, with how many alerts each holds.
func TestAlertGroups(t *testing.T) {
	ctx := within(t)
	receiver := newReceiver(t)
	a := startAlertmanager(ctx, t, atEveryHour(t, exampleConfig(t, receiver)))
	var sent []alert
	for _, site := range []string{"north", "south"} {
		for _, name := range []string{"PeplinkAllWANsDown critical", "PeplinkWANDown warning", "PeplinkRoaming info", "PeplinkClockWrong info"} {
			name, severity, _ := strings.Cut(name, " ")
			for _, job := range []string{"peplink", "ferries"} {
				sent = append(sent, alert{Labels: labels{
					"alertname": name, "severity": severity, "job": job, "instance": site + "-1", "site": site,
				}})
			}
		}
	}
	// Muted: of the WANs of a router without WAN nothing is said.
	sent = slices.DeleteFunc(sent, func(a alert) bool {
		return a.Labels["alertname"] == "PeplinkAllWANsDown" && a.Labels["site"] == "north"
	})
	for _, instance := range []string{"east-1", "east-2"} {
		sent = append(sent, alert{Labels: labels{
			"alertname": "PeplinkAllWANsDown", "severity": "critical", "job": "peplink", "instance": instance, "site": "east",
		}})
	}
	a.send(ctx, t, sent...)
	want := []string{
		"/mattermost Digest: Peplink (4 firing)", // of job ferries
		"/mattermost Digest: Peplink (4 firing)", // of job peplink
		"/slack Critical: PeplinkAllWANsDown (1 firing)",
		"/slack Critical: PeplinkAllWANsDown (3 firing)",
		"/slack Warning: PeplinkWANDown at north (2 firing)",
	}
	receiver.wait(ctx, t, func(messages []message) error {
		titles, err := titles(messages)
		if err != nil {
			return err
		}
		return differ("titles (-want +got)", want, titles)
	})
}

// titles of what a chat in Slack's form got, sorted.
func titles(messages []message) ([]string, error) {
	var titles []string
	for _, m := range messages {
		if m.path != "/slack" && m.path != "/mattermost" {
			continue
		}
		post, err := attachmentOf(m)
		if err != nil {
			return nil, err
		}
		title := strings.NewReplacer(`\(`, "(", `\)`, ")").Replace(post.Title)
		titles = append(titles, m.path+" "+title)
	}
	slices.Sort(titles)
	return titles, nil
}

// The hours are those of the file. Its time zone is replaced by one in which it is now the hour that is wanted: no clock
// has to be set.
func TestServiceHours(t *testing.T) {
	for _, test := range []struct {
		name    string
		hour    int
		workday bool
		told    bool
	}{
		{"in the morning", 8, true, true},
		{"in the afternoon", 17, true, true},
		{"before", 5, true, false},
		{"after", 20, true, false},
		{"at a weekend", 12, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkHours(within(t), t, test.hour, test.workday, test.told)
		})
	}
}

func checkHours(ctx context.Context, t *testing.T, hour int, workday, told bool) {
	zone, day := where(t, time.Now(), hour)
	days := serviceDays
	if weekend := day == time.Saturday || day == time.Sunday; weekend == workday {
		days = "'saturday', 'sunday'" // the other way round, so that today is what is wanted
	}
	receiver := newReceiver(t)
	a := startAlertmanager(ctx, t, replaced(t, exampleConfig(t, receiver), serviceZone, zone, serviceDays, days))
	a.send(ctx, t,
		alert{Labels: labels{"alertname": "PeplinkWANDown", "severity": "warning", "job": "peplink", "site": "north"}},
		alert{Labels: labels{"alertname": "PeplinkAllWANsDown", "severity": "critical", "job": "first"}})
	critical := "/slack Critical: PeplinkAllWANsDown (1 firing)"
	arrive := func(want ...string) {
		receiver.wait(ctx, t, func(messages []message) error {
			got, err := titles(messages)
			if err != nil {
				return err
			}
			return differ(fmt.Sprintf("titles at %d h in %s (-want +got)", hour, zone), want, got)
		})
	}
	if told {
		arrive(critical, "/slack Warning: PeplinkWANDown at north (1 firing)")
		return
	}
	// A second group begins to wait when the first has been told: until it is, the warning had more than its time.
	arrive(critical)
	a.send(ctx, t, alert{Labels: labels{"alertname": "PeplinkAllWANsDown", "severity": "critical", "job": "second"}})
	arrive(critical, critical)
}

// where finds a time zone in which it is a certain hour now, and which day that is.
func where(t *testing.T, now time.Time, hour int) (zone string, day time.Weekday) {
	t.Helper()
	for east := -12; east <= 14; east++ {
		there := now.UTC().Add(time.Duration(east) * time.Hour)
		if there.Hour() == hour {
			return fmt.Sprintf("Etc/GMT%+d", -east), there.Weekday() // by its name, west is positive
		}
	}
	t.Fatalf("nowhere is it %d h", hour)
	return "", 0
}
