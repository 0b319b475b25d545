package manage_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/manage"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// WANs of the simulated router.
const (
	ethernet = 1
	cellular = 2
	wifi     = 5
)

// bench is a simulated router on a socket.
type bench struct {
	*peplinktest.Served
	t *testing.T
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return &bench{Served: peplinktest.Start(t, "max-hd2-8.3"), t: t}
}

// as is a client with these credentials.
func (b *bench) as(credentials peplink.Credentials) *peplink.Client {
	b.t.Helper()
	address, err := url.Parse(b.URL)
	ok(b.t, err)
	client := peplink.New(peplink.Options{
		URL: address, Now: b.Clock().Now,
		Credentials: func() (peplink.Credentials, error) { return credentials, nil },
	})
	b.t.Cleanup(client.Close)
	return client
}

func (b *bench) reader() *peplink.Client {
	return b.as(peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret})
}

func (b *bench) readingUser() *peplink.Client {
	return b.as(peplink.Credentials{Username: peplinktest.Username, Password: peplinktest.Password})
}

func (b *bench) admin() *peplink.Client {
	return b.as(peplink.Credentials{Username: peplinktest.AdminName, Password: peplinktest.AdminPassword})
}

// writer is an API client that may change the configuration; an administrator makes it.
func (b *bench) writer() *peplink.Client {
	b.t.Helper()
	added, err := manage.AddAPIClient(b.t.Context(), b.admin(), "writer", manage.ScopeReadWrite)
	ok(b.t, err)
	return b.as(credentialsOf(added.Value))
}

func credentialsOf(c manage.APIClient) peplink.Credentials {
	return peplink.Credentials{ClientID: c.ID.String(), ClientSecret: c.Secret.String()}
}

// wan returns the WAN as status.wan.connection tells of it.
func (b *bench) wan(client *peplink.Client, id string) peplink.WAN {
	b.t.Helper()
	answer, err := client.WANConnections(b.t.Context())
	ok(b.t, err)
	for _, entry := range answer.Value.Entries() {
		if entry.ID == id {
			return entry.Value
		}
	}
	b.t.Fatalf("there is no WAN %s", id)
	return peplink.WAN{}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantReason(t *testing.T, err error, reason peplink.Reason) {
	t.Helper()
	if failure, isOurs := errors.AsType[*peplink.Error](err); !isOurs || failure.Reason != reason {
		t.Errorf("error %v, want one for the reason %s", err, reason)
	}
}

func wantEqual(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
