package peplinktest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// A WAN and a link as far as a scene must keep them true to life.
type sceneryWAN struct {
	Message      string          `json:"message"`
	LED          string          `json:"statusLed"`
	Uptime       json.RawMessage `json:"uptime"`
	IP           json.RawMessage `json:"ip"`
	Mask         json.RawMessage `json:"mask"`
	Gateway      json.RawMessage `json:"gateway"`
	DNS          json.RawMessage `json:"dns"`
	AdditionalIP json.RawMessage `json:"additionalIp"`
}

// scenery is what one sees of a router's WANs, by id.
func scenery(t *testing.T, router *peplinktest.Router) map[string]sceneryWAN {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document(t, router, wan), &members); err != nil {
		t.Fatal(err)
	}
	wans := make(map[string]sceneryWAN)
	for id, text := range members {
		var one sceneryWAN
		if strings.HasPrefix(string(text), "{") && json.Unmarshal(text, &one) == nil {
			wans[id] = one
		}
	}
	return wans
}

// fault says what does not fit together in a WAN that was up when the router
// was started.
func (w sceneryWAN) fault() error {
	switch connected := strings.HasPrefix(w.Message, "Connected"); {
	case w.LED == "green" && (!connected || w.IP == nil || w.Gateway == nil):
		return fmt.Errorf("up, but: %+v", w)
	case w.LED == "red" && (connected || w.IP != nil || w.Mask != nil || w.Gateway != nil || w.DNS != nil || w.AdditionalIP != nil):
		return fmt.Errorf("down, but: %+v", w)
	case w.LED == "red" && strings.Trim(string(w.Uptime), `"`) != "0":
		return fmt.Errorf("down, with uptime %s", w.Uptime)
	}
	return nil
}

func TestScenesOfTheModelsAreTrueToLife(t *testing.T) {
	staged := 0
	for _, model := range peplinktest.Models() {
		clock := peplinktest.NewClock(peplinktest.ReferenceTime())
		router, err := peplinktest.New(model, peplinktest.WithClock(clock), peplinktest.WithScenes(true))
		if err != nil {
			t.Fatal(err)
		}
		first := scenery(t, router)
		failed := make(map[string]bool)
		for range time.Hour / (10 * time.Second) {
			clock.Advance(10 * time.Second)
			for id, now := range scenery(t, router) {
				if first[id].LED != "green" || first[id].fault() != nil {
					continue // down or odd from the start, in whatever way the model shows
				}
				if err := now.fault(); err != nil {
					t.Fatalf("%s, WAN %s after %s: %v", model, id, clock.Now().Sub(peplinktest.ReferenceTime()), err)
				}
				failed[id] = failed[id] || now.LED == "red"
			}
		}
		for _, down := range failed {
			if down {
				staged++
				break
			}
		}
	}
	if staged < 2 {
		t.Errorf("a WAN fails within an hour on %d models only", staged)
	}
}

func TestNothingHappensToTheModelsInTheirFirstTwoMinutes(t *testing.T) {
	for _, model := range peplinktest.Models() {
		clock := peplinktest.NewClock(peplinktest.ReferenceTime())
		router, err := peplinktest.New(model, peplinktest.WithClock(clock), peplinktest.WithScenes(true))
		if err != nil {
			t.Fatal(err)
		}
		without, err := peplinktest.New(model, peplinktest.WithClock(clock), peplinktest.WithScenes(false))
		if err != nil {
			t.Fatal(err)
		}
		for range 12 {
			clock.Advance(10 * time.Second)
			for _, endpoint := range router.State().Documents {
				if diff := cmp.Diff(string(document(t, without, endpoint)), string(document(t, router, endpoint))); diff != "" {
					t.Fatalf("%s %s (-without +with scenes):\n%s", model, endpoint, diff)
				}
			}
		}
	}
}
