package fleet_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// variants are the two ways in which every model is shown: as by default, and with all
// personal data.
var variants = map[string][]string{
	"":         nil,
	".exposed": {"addresses", "subscriber", "location"},
}

func TestGoldenExpositions(t *testing.T) {
	for _, model := range peplinktest.Models() {
		for variant, expose := range variants {
			t.Run(model+variant, func(t *testing.T) {
				router := simulation(t, model)
				router.target.Expose = exposing(expose...)
				got := masked(exposition(t, router.poll(t.Context(), collector.Names()...)))
				path := filepath.Join("..", "collector", "testdata", model+variant+".prom")
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(readFile(t, path)), string(got)); diff != "" {
					t.Errorf("%s (-file +router); `make golden` writes it anew\n%s", path, diff)
				}
			})
		}
	}
}
