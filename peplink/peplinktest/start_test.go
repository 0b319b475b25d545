package peplinktest_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestStart(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for scheme, opts := range map[string][]peplinktest.Option{"http": nil, "https": {peplinktest.WithCertificate(certificate)}} {
		t.Run(scheme, func(t *testing.T) {
			b := newBench(t, "max-hd2-8.3", opts...)
			if b.URL[:len(scheme)+3] != scheme+"://" || !b.Clock().Now().Equal(peplinktest.ReferenceTime()) {
				t.Errorf("at %s, %v", b.URL, b.Clock().Now())
			}
			b.Change(firmware, "/2/version", "9.0.0 build 1")
			b.Remove(firmware, "/2/bootable")
			b.WaitOpen(0)
			want := `{"2":{"version":"9.0.0 build 1","inUse":true},"order":[2]}`
			b.ask("GET", firmware, "").wantResponse(t, want)
			b.Restore(firmware)
			b.WaitFor(firmware, 1)
			b.WaitIdle()
			b.WaitOpen(1)
			if got := b.Value(firmware, "/2/version"); got != "8.3.0 build 5229" {
				t.Errorf("restored to %v", got)
			}
			b.Stop()
			b.Stop()
			if _, err := b.do(b.request("GET", firmware, "")); err == nil {
				t.Error("a stopped router answers")
			}
		})
	}
}

// failing is a test that is told that it failed.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper()      {}
func (f *failing) Fatal(...any) { f.failed = true; panic(f) }

func TestStartFailsTheTest(t *testing.T) {
	f := &failing{TB: t}
	fails := func(what string, do func()) {
		t.Helper()
		defer func() {
			if recover() != f || !f.failed {
				t.Errorf("%s does not fail the test", what)
			}
			f.failed = false
		}()
		do()
	}
	fails("an unknown model", func() { peplinktest.Start(f, "max-hd9") })
	s := peplinktest.Start(f, "max-hd2-8.3")
	fails("a change in vain", func() { s.Change(firmware, "/9/version", 1) })
	fails("a removal in vain", func() { s.Remove(firmware, "/9") })
	fails("a value that is not there", func() { s.Value(firmware, "/9") })
	fails("a document that is not there", func() { s.Restore("status.nothing") })
	fails("a place that is none", func() { s.Restore(firmware, "1") })
}
