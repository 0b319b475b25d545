package fleet_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// The router of the model has the serial number 2930-0A11-1012.
func TestSerialNumberOfTarget(t *testing.T) {
	const name = "target_serial_number_matches"
	router := simulation(t, hd2)
	for configured, want := range map[string]string{
		"2930-0A11-1012": name + " 1", "29300a111012": name + " 1", "2930-0A11-1013": name + " 0", "2930": name + " 0",
	} {
		router.target.SerialNumber = configured
		wantValues(t, router.poll(t.Context(), "system", "wan"), []string{name}, want)
	}
	var none []string
	wantValues(t, router.poll(t.Context(), "wan"), []string{name}, none...) // the router does not tell it here
	router.target.SerialNumber = ""
	wantValues(t, router.poll(t.Context(), "system"), []string{name}, none...)
	router.target.SerialNumber = "2930-0A11-1012"
	router.change(systemEndpoint, "/device/serialNumber", "")
	wantValues(t, router.poll(t.Context(), "system"), []string{name}, none...)
}

// The number is that of the answer that is shown, also of a kept one.
func TestSerialNumberOfKeptAnswer(t *testing.T) {
	router := simulation(t, hd2)
	router.target.SerialNumber = "2930-0A11-1012"
	router.target.MinInterval = map[string]time.Duration{"system": time.Hour}
	for range 2 {
		wantValues(t, router.poll(t.Context(), "system"), []string{"target_serial_number_matches"}, "target_serial_number_matches 1")
	}
	router.wantCount(systemEndpoint, 1)
}

func TestTimeoutOfPoll(t *testing.T) {
	const name = "scrape_timeout_seconds"
	router := simulation(t, hd2)
	wantValues(t, router.poll(t.Context(), "wan"), []string{name}, name+" 30")
	wantValues(t, router.poll(fleet.WithTimeout(t.Context(), 9500*time.Millisecond), "wan"), []string{name}, name+" 9.5")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if got := router.poll(ctx, "wan").Timeout; got > 20*time.Second || got < 15*time.Second {
		t.Errorf("timeout %v, want the 20 s of the context, as far as they are left", got)
	}
}

// Both counters are there from the first answer on, also where no grant happened or ended.
func TestGrantCountersAreThereAtOnce(t *testing.T) {
	router := simulation(t, hd2)
	counters := []string{"session_grants_total", "session_grant_failures_total"}
	wantValues(t, router.poll(t.Context(), "wan"), counters, "session_grant_failures_total 0", "session_grants_total 1")
	router = simulation(t, hd2)
	router.close()
	wantValues(t, router.poll(t.Context(), "wan"), counters, "session_grant_failures_total 1", "session_grants_total 0")
}
