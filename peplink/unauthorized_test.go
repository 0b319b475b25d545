package peplink_test

import (
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// dialects are the ways in which a router refuses a token.
var dialects = map[string][]peplinktest.Option{
	"code 401": nil,
	"HTTP 401": {peplinktest.WithHTTP401()},
}

func inDialects(t *testing.T, test func(*testing.T, *bench)) {
	for name, dialect := range dialects {
		t.Run(name, func(t *testing.T) { test(t, newBench(t, setup{router: dialect})) })
	}
}

func TestLostToken(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		ok(t, b.wans())
		b.RevokeTokens()
		ok(t, b.wans())
		b.wantCount(grant, 2)
		b.wantTokens(wan, 1, 1, 2)
		ok(t, b.allowances())
		b.wantCount(grant, 2)
	})
}

func TestLostTokenOfMany(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		b.client = newClient(t, withPlaces(b.options, 10))
		ok(t, b.wans())
		b.RevokeTokens()
		for _, err := range atOnce(50, b.wans) {
			ok(t, err)
		}
		b.wantCount(grant, 2)
	})
}

func withPlaces(o peplink.Options, n int) peplink.Options {
	o.MaxIdleConnections = n
	return o
}

// Still refused with a new token: the account may not read it.
func TestForbiddenAfterGrant(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		b.SetFault(wan, peplinktest.Fault{Forbidden: true})
		wantReason(t, b.wans(), wan, peplink.ReasonForbidden)
		b.wantCount(grant, 2)
		b.wantCount(wan, 2)
		ok(t, b.allowances())
		b.wantCount(grant, 2)
	})
}

// The token has shown elsewhere that it is good, so it is not at fault.
func TestForbiddenWithoutGrant(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		ok(t, b.allowances())
		b.SetFault(wan, peplinktest.Fault{Forbidden: true})
		b.Clock().Advance(time.Hour)
		wantReason(t, b.wans(), wan, peplink.ReasonForbidden)
		b.wantCount(grant, 1)
		b.wantCount(wan, 1)
		ok(t, b.allowances())
	})
}

// A router that loses its tokens again and again is not flooded with grants.
func TestGrantSpacing(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		ok(t, b.wans())
		ok(t, b.allowances())
		b.RevokeTokens()
		ok(t, b.wans()) // the grant from which 60 s count
		b.RevokeTokens()

		b.Clock().Advance(59 * time.Second)
		wantReason(t, b.wans(), wan, peplink.ReasonAuth)
		wantReason(t, b.allowances(), allowance, peplink.ReasonForbidden) // never accepted with this token
		b.wantCount(grant, 2)

		b.Clock().Advance(time.Second)
		ok(t, b.wans())
		b.wantCount(grant, 3)
	})
}

// Neither expiry nor a refresh is spaced: only what a 401 causes is.
func TestSpacingIsOfRefusalsOnly(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithTokenLife(30 * time.Second)}})
	ok(t, b.wans())
	for n := 2; n <= 4; n++ {
		b.Clock().Advance(30 * time.Second)
		ok(t, b.wans())
		b.wantCount(grant, n)
	}
	b.RevokeTokens()
	ok(t, b.wans()) // the first that a 401 causes
	b.wantCount(grant, 5)
}

func TestForbiddenSoonAfterGrant(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	b.RevokeTokens()
	ok(t, b.wans())
	b.RevokeTokens()
	wantReason(t, b.allowances(), allowance, peplink.ReasonForbidden)
	b.wantCount(grant, 2)
}

// An account that may read nothing costs one grant a minute, not one for each endpoint.
func TestForbiddenEverywhere(t *testing.T) {
	inDialects(t, func(t *testing.T, b *bench) {
		b.SetFault(wan, peplinktest.Fault{Forbidden: true})
		b.SetFault(allowance, peplinktest.Fault{Forbidden: true})
		for range 3 {
			wantReason(t, b.wans(), wan, peplink.ReasonForbidden)
			wantReason(t, b.allowances(), allowance, peplink.ReasonForbidden)
		}
		b.wantCount(grant, 2)
		b.Clock().Advance(time.Minute)
		wantReason(t, b.wans(), wan, peplink.ReasonForbidden)
		wantReason(t, b.allowances(), allowance, peplink.ReasonForbidden)
		b.wantCount(grant, 3)
	})
}

// The router leaves the code out of any failure it likes.
func TestUnauthorizedWithoutCode(t *testing.T) {
	for _, body := range []string{
		`{"stat":"fail","message":"Unauthorized"}`, `{"stat":"fail","message":"Invalid access token"}`,
		`{"stat":"fail","code":"401","message":"Unauthorized"}`, `{"stat":"fail","code":401}`,
	} {
		b := newBench(t, setup{})
		b.SetFault(wan, peplinktest.Fault{Body: &body, Times: 1})
		ok(t, b.wans())
		b.wantCount(grant, 2)
	}
}

// "Internal Error" is no refusal, whatever code it bears: it is retried, once.
func TestInternalError(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"without code": {Fail: &peplinktest.Fail{Message: "Internal Error"}},
		"code 401":     {Fail: &peplinktest.Fail{Code: new(401), Message: "Internal Error"}},
		"HTTP 401":     {Fail: &peplinktest.Fail{Code: new(401), Message: "Internal Error"}, Status: 401},
		"lower case":   {Fail: &peplinktest.Fail{Message: "internal error"}},
	} {
		for _, endpoint := range []string{wan, grant} {
			t.Run(name+", "+endpoint, func(t *testing.T) {
				t.Parallel() // each waits for a fraction of a second
				b, fault := newBench(t, setup{}), fault
				fault.Times = 1
				b.SetFault(endpoint, fault)
				ok(t, b.wans())
				b.wantCount(endpoint, 2)

				b = newBench(t, setup{})
				fault.Times = 0
				b.SetFault(endpoint, fault)
				failure := failureFor(t, b.wans(), endpoint, peplink.ReasonAPI)
				if !strings.Contains(strings.ToLower(failure.Error()), "internal error") {
					t.Errorf("%q does not say so", failure)
				}
				b.wantCount(endpoint, 2)
				b.wantCount(grant, map[string]int{wan: 1, grant: 2}[endpoint])
				b.ClearFault(endpoint)
				ok(t, b.wans()) // at once: no back-off
			})
		}
	}
}
