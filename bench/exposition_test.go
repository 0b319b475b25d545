package main

import "testing"

const polled = `# HELP peplink_up Up.
# TYPE peplink_up gauge
peplink_up 1.0
peplink_up_and_more 7
peplink_wan_up{wan="a b",wan_id="1"} 3e+06
peplink_scrape_error{collector="system",reason="unsupported"} 1
`

func TestExposition(t *testing.T) {
	polled := exposition(polled)
	for series, want := range map[string]float64{
		"peplink_up": 1, "peplink_up_and_more": 7, `peplink_wan_up{wan="a b",wan_id="1"}`: 3e6,
	} {
		if got, ok := polled.value(series); !ok || got != want {
			t.Errorf("%s is %v (%v), want %v", series, got, ok, want)
		}
	}
	if _, ok := polled.value("peplink"); ok {
		t.Error("the beginning of a name was taken for a series")
	}
	if !polled.isUp() || !polled.isWhole() || polled.series() != 4 {
		t.Errorf("up %v, whole %v, %d series", polled.isUp(), polled.isWhole(), polled.series())
	}
	if down := exposition("peplink_up 0\npeplink_scrape_error{collector=\"wan\",reason=\"http\"} 1\n"); down.isUp() || down.isWhole() {
		t.Errorf("up %v, whole %v", down.isUp(), down.isWhole())
	}
}
