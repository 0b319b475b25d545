package peplink_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func BenchmarkDecodeWANs(b *testing.B) {
	benchmarkDecode[peplink.WANConnections](b, "max-hd2-8.3", wan)
}

func BenchmarkDecodePepVPN(b *testing.B) {
	benchmarkDecode[struct {
		Profiles peplink.Keyed[peplink.Profile, peplink.ProfileFacts] `json:"profile"`
		Peers    peplink.List[peplink.Peer]                           `json:"peer"`
		Tunnels  peplink.Tunnels                                      `json:"tunnel"`
	}](b, "fusionhub-8.3", pepvpn)
}

// benchmarkDecode reads an answer of a model, with its envelope.
func benchmarkDecode[T any](b *testing.B, model, endpoint string) {
	router, err := peplinktest.New(model)
	if err != nil {
		b.Fatal(err)
	}
	defer router.Close()
	response, err := router.Document(endpoint)
	if err != nil {
		b.Fatal(err)
	}
	body := `{"stat":"ok","response":` + string(response) + `}`
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := peplink.DecodeBody[T](body); err != nil || answer.Unreadable > 0 {
			b.Fatal(answer, err)
		}
	}
}
