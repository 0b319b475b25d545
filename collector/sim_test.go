package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

func TestSIMForms(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{"2": cellular(`{
		"remoteSim":{"imsi":"262020000000099","serialNumber":"1111-2222-3333","slot":2},
		"speedfusionConnect5gLte":{"active":true,"iccid":"89490200000000000237"},
		"sim":{"order":[1,2],
			"today, in use":{"active":true,"simCardDetected":true},
			"today, spare":{"active":false,"simCardDetected":true},
			"today, no card":{"active":false,"simCardDetected":false},
			"older, in use":{"status":"In Use"},
			"older, spare":{"status":"SIM Card Detected"},
			"older, no card":{"status":"No SIM Card Detected"},
			"fields before words":{"active":false,"simCardDetected":false,"status":"In Use"},
			"half of the fields":{"active":true,"status":"No SIM Card Detected"},
			"status is empty":{"status":""},
			"says nothing":{"autoApn":true}}}`)})
	want := map[string]float64{
		"today, in use": 1, "today, spare": 1, "today, no card": 0,
		"older, in use": 1, "older, spare": 1, "older, no card": 0,
		"fields before words": 0, "half of the fields": 0,
		"remote": 1, "speedfusion_connect": 1,
	}
	if diff := cmp.Diff(want, family(t, samples, "peplink_sim_detected", "sim")); diff != "" {
		t.Errorf("detected (-want +got):\n%s", diff)
	}
	want = map[string]float64{
		"today, in use": 1, "today, spare": 0, "today, no card": 0,
		"older, in use": 1, "older, spare": 0, "older, no card": 0,
		"fields before words": 0, "half of the fields": 1,
		"speedfusion_connect": 1, // remote does not say
	}
	if diff := cmp.Diff(want, family(t, samples, "peplink_sim_active", "sim")); diff != "" {
		t.Errorf("active (-want +got):\n%s", diff)
	}
	if got := family(t, samples, "peplink_sim_info", "sim"); len(got) != 12 {
		t.Errorf("infos of %q, want all 12", keys(got))
	}
}

func TestBorrowedSIMsExistWhileTheyAreNamed(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"none":   cellular(`{"sim":{"1":{"active":true}}}`),
		"null":   cellular(`{"remoteSim":null,"speedfusionConnect5gLte":null}`),
		"remote": cellular(`{"remoteSim":{"active":true}}`),
		"idle":   cellular(`{"remoteSim":{"active":false}}`),
	})
	want := []string{
		`peplink_sim_active{sim="1", wan="", wan_id="none"} 1`,
		`peplink_sim_active{sim="remote", wan="", wan_id="idle"} 0`,
		`peplink_sim_active{sim="remote", wan="", wan_id="remote"} 1`,
		`peplink_sim_detected{sim="remote", wan="", wan_id="idle"} 1`,
		`peplink_sim_detected{sim="remote", wan="", wan_id="remote"} 1`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_sim_active", "peplink_sim_detected")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSIMInfo(t *testing.T) {
	objects := map[string]string{"2": cellular(`{"sim":{
		"1":{"active":true,"apn":"fleet.example","autoApn":false,"iccid":"8949","imsi":"26202","mtn":"+4930","username":"u","password":"p"},
		"2":{"autoApn":true},
		"3":{"autoApn":"yes"}}}`)}
	const two = `peplink_sim_info{apn="", auto_apn="true", iccid="", imsi="", mtn="", sim="2", wan="", wan_id="2"} 1`
	const three = `peplink_sim_info{apn="", auto_apn="", iccid="", imsi="", mtn="", sim="3", wan="", wan_id="2"} 1`
	want := []string{three, two, `peplink_sim_info{apn="fleet.example", auto_apn="false", iccid="", imsi="", mtn="", sim="1", wan="", wan_id="2"} 1`}
	got := lines(answers(t, wanEndpoint, objects, exposing(collector.Expose{Addresses: true, Location: true})), "peplink_sim_info")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want[2] = `peplink_sim_info{apn="fleet.example", auto_apn="false", iccid="8949", imsi="26202", mtn="+4930", sim="1", wan="", wan_id="2"} 1`
	got = lines(answers(t, wanEndpoint, objects, exposing(collector.Expose{Subscriber: true})), "peplink_sim_info")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subscriber exposed (-want +got):\n%s", diff)
	}
}
