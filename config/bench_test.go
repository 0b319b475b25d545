package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// BenchmarkLoad reads ten thousand targets of the usual size.
func BenchmarkLoad(b *testing.B) {
	var text strings.Builder
	text.WriteString("defaults:\n  client_id_file: secrets/{name}.id\n  client_secret_file: secrets/{name}.secret\n  labels: {role: vehicle}\ntargets:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "  - name: bus-%d\n    url: https://10.1.%d.%d\n    labels: {site: depot-%d, availability: intermittent}\n"+
			"    tls_config: {fingerprint_sha256: [%064x]}\n", i, i/250, i%250+1, i%12, i)
	}
	path := write(b, b.TempDir(), "exporter.yml", text.String())
	b.ReportAllocs()
	for b.Loop() {
		loaded, err := config.Load(path, collectors)
		if err != nil || len(loaded.Targets) != 10_000 {
			b.Fatal(err)
		}
	}
}
