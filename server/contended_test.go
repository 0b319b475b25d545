package server_test

import (
	"strings"
	"testing"
	"time"
)

// Sessions that are lost again and again look like another program at work with the same
// API client. That is said once, not at every loss.
func TestContendedSessionsAreLoggedOnce(t *testing.T) {
	b, r := oneRouter(t)
	b.probe("a")
	b.wantLogged("all well")
	warned := 0
	for range 6 {
		r.RevokeTokens()
		r.Clock().Advance(9 * time.Minute) // beyond the spacing that has come about by then
		b.probe("a").is(t, "peplink_up", 1)
		for _, line := range b.logged() {
			if line.Level != "WARN" || line.Target != "a" || !strings.Contains(line.Message, "another program") {
				t.Errorf("logged %+v", line)
			}
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("warned %d times", warned)
	}
	if got := r.Count("auth.token.grant"); got != 7 {
		t.Errorf("%d grants, one for each loss and the first are wanted", got)
	}
}
