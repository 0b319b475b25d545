package collector

import (
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// poll is one poll as its own table sees it.
type poll struct {
	result   *Result
	status   peplink.Status
	requests int64
}

var verifications = []string{
	string(peplink.VerifiedByCA), string(peplink.VerifiedByFingerprint), string(peplink.NotVerified), string(peplink.Plaintext),
}

var pollTable = newTable(nil, unlabelled[poll],
	gauge("peplink_up", "Whether at least one collector could read the router.", "the poll",
		func(p poll) (float64, bool) { return oneIf(p.result.Up), true }),
	gauge("peplink_last_success_timestamp_seconds", "When a poll last found the router up, unix time.", "the poll",
		func(p poll) (float64, bool) { return timestamp(p.result.LastSuccess) }),
	gauge("peplink_scrape_duration_seconds", "How long the poll took.", "the poll",
		func(p poll) (float64, bool) { return p.result.Duration.Seconds(), true }),
	gauge("peplink_scrape_requests", "Requests made to the router for this poll, grants and retries included.", "the poll",
		func(p poll) (float64, bool) { return float64(p.requests), true }),
	gauge("peplink_session_expiry_timestamp_seconds", "When the access token expires, unix time.", "auth.token.grant: expiresIn",
		func(p poll) (float64, bool) { return timestamp(p.status.Session.Expiry) }),
	gauge("peplink_session_refresh_due_timestamp_seconds", "From when on the access token is renewed beside its use, unix time.", "auth.token.grant: expiresIn",
		func(p poll) (float64, bool) { return timestamp(p.status.Session.RefreshDue) }),
	counter("peplink_session_grants_total", "Access tokens that the router granted.", "auth.token.grant",
		func(p poll) (float64, bool) { return float64(p.status.Session.Grants), true }),
	counter("peplink_session_grant_failures_total", "Requests for an access token that failed.", "auth.token.grant",
		func(p poll) (float64, bool) { return float64(p.status.Session.Failures), true }),
	counter("peplink_target_receive_bytes_total", "Bytes received from the router, TLS included.", "the connection",
		func(p poll) (float64, bool) { return float64(p.status.ReceivedBytes), true }),
	counter("peplink_target_transmit_bytes_total", "Bytes sent to the router, TLS included.", "the connection",
		func(p poll) (float64, bool) { return float64(p.status.TransmittedBytes), true }),
	gauge("peplink_tls_certificate_not_after_timestamp_seconds", "When the certificate that the router showed expires, unix time.", "the connection",
		func(p poll) (float64, bool) { return timestamp(p.status.CertificateNotAfter) }),
	states("peplink_tls_verification", "How the router's identity is verified.", "the configuration", verifications,
		func(p poll) (string, bool) { return string(p.status.Verification), true }),
)

// timestamp is unix time; the zero time is none.
func timestamp(t time.Time) (float64, bool) {
	return float64(t.UnixMilli()) / 1000, !t.IsZero()
}

func (o outcome) labels() []string { return []string{o.definition.name} }

var collectorTable = newTable([]string{"collector"}, outcome.labels,
	gauge("peplink_scrape_collector_success", "Whether every call of the collector succeeded.", "the poll",
		func(o outcome) (float64, bool) { return oneIf(o.err == nil), true }),
	gauge("peplink_scrape_collector_duration_seconds", "How long the collector's calls took.", "the poll",
		func(o outcome) (float64, bool) { return o.duration.Seconds(), true }),
	gauge("peplink_scrape_collector_data_age_seconds", "Age of the answer that the collector's metrics come from; 0 where it was asked for this scrape.", "the poll",
		func(o outcome) (float64, bool) { return o.reading.age.Seconds(), o.err == nil }),
	gauge("peplink_scrape_unreadable_fields", "Fields and objects of the answer that were there but could not be read.", "the poll",
		func(o outcome) (float64, bool) { return float64(o.reading.unreadable), o.reading.collect != nil }),
	metric[outcome]{
		name: "peplink_scrape_error", help: "Why the collector failed; always 1.", source: "the poll",
		labels: []string{"reason"}, kind: gaugeKind,
		read: func(o outcome, emit emit) {
			if o.err != nil {
				emit(1, string(peplink.ReasonOf(o.err)))
			}
		},
	},
)
