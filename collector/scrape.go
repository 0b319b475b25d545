package collector

import (
	"strings"
	"time"
	"unicode"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Scrape is what a poll tells of itself.
type Scrape struct {
	Up          bool          // the router could be read
	LastSuccess time.Time     // when a poll last began that found the router up; zero for never
	Duration    time.Duration // of the poll
	Timeout     time.Duration // that the poll had; 0 for none
	Requests    int           // made to the router for this poll, grants and retries included
	Status      peplink.Status
	// SerialNumber is that of the router, as it tells in this poll, and TargetSerialNumber
	// that of the one that belongs here; each "" where it is not told.
	SerialNumber, TargetSerialNumber string

	Outcomes []Outcome // of the collectors asked for, in the order of asking
}

// Outcome is what became of one collector.
type Outcome struct {
	Collector  string
	Err        error         // nil where it succeeded; usually a [*peplink.Error]
	Read       bool          // there is an answer; beside an error, what was read before it
	Duration   time.Duration // of the collector's calls
	Age        time.Duration // of the answer; 0 where it was asked for in this poll
	Unreadable int           // fields and objects of the answer
}

// Reason is why the collector failed, "" where it did not.
func (o *Outcome) Reason() peplink.Reason {
	if o.Err == nil {
		return ""
	}
	return peplink.ReasonOf(o.Err)
}

// Failed reports whether the collector failed although the router may have what it asks
// for: what a router lacks is no failure.
func (o *Outcome) Failed() bool {
	return o.Err != nil && o.Reason() != peplink.ReasonUnsupported
}

// CollectScrape adds what the poll tells of itself.
func CollectScrape(scrape *Scrape, into *Families) {
	scrapeTable.collect(scrape, into)
	for i := range scrape.Outcomes {
		outcomeTable.collect(&scrape.Outcomes[i], into)
	}
}

var verifications = []string{
	string(peplink.VerifiedByCA), string(peplink.VerifiedByFingerprint), string(peplink.NotVerified), string(peplink.Plaintext),
}

var scrapeTable = newTable(nil, nil,
	gauge("peplink_up", "Whether at least one collector could read the router.", "the poll",
		func(s *Scrape) (float64, bool) { return oneIf(s.Up), true }),
	gauge("peplink_last_success_timestamp_seconds", "When a poll last found the router up, unix time.", "the poll",
		func(s *Scrape) (float64, bool) { return timestamp(s.LastSuccess) }),
	gauge("peplink_scrape_duration_seconds", "How long the poll took.", "the poll",
		func(s *Scrape) (float64, bool) { return s.Duration.Seconds(), true }),
	gauge("peplink_scrape_timeout_seconds", "How long the poll was allowed to take.", "the poll",
		func(s *Scrape) (float64, bool) { return s.Timeout.Seconds(), s.Timeout > 0 }),
	gauge("peplink_scrape_requests", "Requests made to the router for this poll, grants and retries included.", "the poll",
		func(s *Scrape) (float64, bool) { return float64(s.Requests), true }),
	gauge("peplink_target_serial_number_matches", "Whether the router has the serial number of the configuration. Absent where the configuration or the router names none.",
		"the configuration's serial_number, device.serialNumber", (*Scrape).serialNumberMatches),
	gauge("peplink_session_expiry_timestamp_seconds", "When the access token expires, unix time.", "auth.token.grant: expiresIn",
		func(s *Scrape) (float64, bool) { return timestamp(s.Status.Session.Expiry) }),
	gauge("peplink_session_refresh_due_timestamp_seconds", "From when on the access token is renewed beside its use, unix time.", "auth.token.grant: expiresIn",
		func(s *Scrape) (float64, bool) { return timestamp(s.Status.Session.RefreshDue) }),
	counter("peplink_session_grants_total", "Access tokens that the router granted.", "auth.token.grant",
		func(s *Scrape) (float64, bool) { return float64(s.Status.Session.Grants), true }),
	counter("peplink_session_grant_failures_total", "Requests for an access token that failed.", "auth.token.grant",
		func(s *Scrape) (float64, bool) { return float64(s.Status.Session.Failures), true }),
	counter("peplink_target_receive_bytes_total", "Bytes received from the router, TLS included.", "the connection",
		func(s *Scrape) (float64, bool) { return float64(s.Status.ReceivedBytes), true }),
	counter("peplink_target_transmit_bytes_total", "Bytes sent to the router, TLS included.", "the connection",
		func(s *Scrape) (float64, bool) { return float64(s.Status.TransmittedBytes), true }),
	gauge("peplink_tls_certificate_not_after_timestamp_seconds", "When the certificate that the router showed expires, unix time.", "the connection",
		func(s *Scrape) (float64, bool) { return timestamp(s.Status.CertificateNotAfter) }),
	states("peplink_tls_verification", "How the router's identity is verified.", "the configuration", verifications,
		func(s *Scrape) (string, bool) { return string(s.Status.Verification), true }),
)

// serialNumberMatches compares the letters and digits of serial numbers alone.
func (s *Scrape) serialNumberMatches() (float64, bool) {
	plain := func(text string) string {
		return strings.ToUpper(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, text))
	}
	return oneIf(plain(s.SerialNumber) == plain(s.TargetSerialNumber)), s.SerialNumber != "" && s.TargetSerialNumber != ""
}

// timestamp is unix time; the zero time is none.
func timestamp(t time.Time) (float64, bool) {
	return float64(t.UnixMilli()) / 1000, !t.IsZero()
}

// reasons are why a collector can fail.
var reasons = []string{
	string(peplink.ReasonDNS), string(peplink.ReasonConnect), string(peplink.ReasonCertificate), string(peplink.ReasonTLS),
	string(peplink.ReasonTimeout), string(peplink.ReasonSecret), string(peplink.ReasonAuth), string(peplink.ReasonForbidden),
	string(peplink.ReasonUnsupported), string(peplink.ReasonHTTP), string(peplink.ReasonAPI), string(peplink.ReasonDecode),
}

func (o *Outcome) labels() []string { return []string{o.Collector} }

var outcomeTable = newTable([]string{"collector"}, (*Outcome).labels,
	gauge("peplink_scrape_collector_success", "Whether every call of the collector succeeded.", "the poll",
		func(o *Outcome) (float64, bool) { return oneIf(o.Err == nil), true }),
	gauge("peplink_scrape_collector_duration_seconds", "How long the collector's calls took.", "the poll",
		func(o *Outcome) (float64, bool) { return o.Duration.Seconds(), true }),
	gauge("peplink_scrape_collector_data_age_seconds", "Age of the answer that the collector's metrics come from; 0 where it was asked for this scrape.", "the poll",
		func(o *Outcome) (float64, bool) { return o.Age.Seconds(), o.Err == nil }),
	gauge("peplink_scrape_unreadable_fields", "Fields and objects of the answer that were there but could not be read.", "the poll",
		func(o *Outcome) (float64, bool) { return float64(o.Unreadable), o.Read }),
	oneOf(reasons, several("peplink_scrape_error", "Why the collector failed; always 1.", "the poll", []string{"reason"},
		func(o *Outcome, s *sampler) {
			if o.Err != nil {
				s.sample(1, string(o.Reason()))
			}
		})),
)
