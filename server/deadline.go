package server

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// timeoutHeader is how Prometheus tells its scrape_timeout, in seconds.
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// leastTimeout is the shortest time for which it makes sense to ask a router.
const leastTimeout = 10 * time.Millisecond

var plainDecimal = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// deadline is how long a probe may take: the target's timeout or, if that is sooner, as
// long as Prometheus waits less the offset. Where the offset would leave nothing, it is
// half of what Prometheus waits.
func (s *Server) deadline(header string, timeout time.Duration) (time.Duration, error) {
	if header == "" {
		return timeout, nil
	}
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !plainDecimal.MatchString(header) || math.IsInf(seconds, 0) || seconds <= 0 {
		return 0, errors.New(timeoutHeader + " is no plain decimal number of seconds above 0")
	}
	if seconds < leastTimeout.Seconds() {
		return 0, fmt.Errorf("%s is below %v, in which no router answers", timeoutHeader, leastTimeout)
	}
	offset := s.TimeoutOffset.Seconds()
	if seconds > offset {
		seconds -= offset
	} else {
		seconds /= 2
	}
	return time.Duration(min(seconds, timeout.Seconds()) * float64(time.Second)), nil
}

// writingTime is what of a deadline is kept for writing the answer.
func writingTime(deadline time.Duration) time.Duration {
	return min(200*time.Millisecond, deadline/5)
}
