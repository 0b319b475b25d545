package fleet_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// A secret that cannot be read costs its target only, asks no router, and heals.
func TestSecrets(t *testing.T) {
	for _, missing := range []string{"id", "secret"} {
		t.Run(missing, func(t *testing.T) {
			r := simulate(t, nil)
			folder := t.TempDir()
			id, secret := filepath.Join(folder, "id"), filepath.Join(folder, "secret")
			files := map[string]string{"id": id, "secret": secret}
			values := map[string]string{"id": peplinktest.ClientID, "secret": peplinktest.ClientSecret}
			for kind, path := range files {
				if kind != missing {
					writeFile(t, path, values[kind])
				}
			}
			f := newFleet(t, r.Clock(), target("a", r.url, "client_id_file: "+id, "client_secret_file: "+secret), target("b", "https://192.0.2.1"))
			a, b := lookup(t, f, "a"), lookup(t, f, "b")
			if a.HasSecrets() || !b.HasSecrets() {
				t.Errorf("a has secrets: %v, b has: %v", a.HasSecrets(), b.HasSecrets())
			}
			result := poll(t, a)
			if diff := cmp.Diff(map[string]peplink.Reason{"wan": "secret", "allowance": "secret"}, reasons(result)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := r.Count(everyEndpoint); n != 0 {
				t.Errorf("the router was asked %d times", n)
			}
			writeFile(t, files[missing], values[missing]+"\n")
			if result := poll(t, a); !result.Up || !a.HasSecrets() {
				t.Errorf("up %v, has secrets %v", result.Up, a.HasSecrets())
			}
		})
	}
}

// Rotation needs no restart, and waits for no back-off.
func TestRotatedSecret(t *testing.T) {
	r := simulate(t, nil)
	secret := filepath.Join(t.TempDir(), "secret")
	writeFile(t, secret, "old")
	a := lookup(t, newFleet(t, r.Clock(), target("a", r.url, "client_id: "+peplinktest.ClientID, "client_secret_file: "+secret)), "a")
	if result := poll(t, a); result.Up {
		t.Fatal("up with a wrong secret")
	}
	writeFile(t, secret, peplinktest.ClientSecret)
	if result := poll(t, a); !result.Up {
		t.Errorf("still %v with the right one", reasons(result))
	}
}

func TestSession(t *testing.T) {
	a, r := oneRouter(t)
	if diff := cmp.Diff(peplink.SessionStatus{}, a.Session()); diff != "" {
		t.Errorf("before the first poll (-want +got):\n%s", diff)
	}
	if n := r.Count(everyEndpoint); n != 0 {
		t.Errorf("the router was asked %d times", n)
	}
	poll(t, a)
	session := a.Session()
	if want := peplinktest.ReferenceTime().Add(peplinktest.DefaultTokenLife); !session.Expiry.Equal(want) || session.Grants != 1 || session.Failures != 0 {
		t.Errorf("session %+v, want one grant that expires %v", session, want)
	}
	if early := session.Expiry.Sub(session.RefreshDue); early < peplinktest.DefaultTokenLife/10 || early > peplinktest.DefaultTokenLife/5 {
		t.Errorf("refresh is due %v before expiry", early)
	}
}

// Retiring ends a grant that nobody waits for any more.
func TestRetiringEndsAGrant(t *testing.T) {
	r := simulate(t, nil)
	r.SetFault(grantEndpoint, peplinktest.Fault{Hang: true})
	f := newFleet(t, r.Clock(), target("a", r.url, "timeout: 1h"))
	polled := make(chan bool)
	go func() {
		result := poll(t, lookup(t, f, "a"))
		polled <- result.Up
	}()
	r.wait(t, grantEndpoint, 1)
	fleet.Retire(t.Context(), f.Routers())
	if up := <-polled; up {
		t.Error("up without a session")
	}
	fleet.Retire(t.Context(), f.Routers()) // once more does no harm
}

func TestClock(t *testing.T) {
	a, r := oneRouter(t)
	r.Clock().Advance(time.Hour)
	result := poll(t, a)
	if want := peplinktest.ReferenceTime().Add(time.Hour); !result.LastSuccess.Equal(want) || !a.Last().Began.Equal(want) {
		t.Errorf("last success %v, last poll %v, want %v", result.LastSuccess, a.Last().Began, want)
	}
}
