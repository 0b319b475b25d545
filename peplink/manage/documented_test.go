package manage_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// vendorsList is the "API Reference List" of the API document, in its order. One of its 30
// entries, POST auth.client, is two operations.
var vendorsList = []string{
	"POST login", "POST logout",
	"GET auth.client", "POST auth.client (add)", "POST auth.client (remove)", "GET auth.client.token",
	"POST auth.token.grant", "POST auth.token.revoke",
	"POST cmd.config.apply", "POST cmd.config.discard", "POST cmd.sms.sendMessage", "POST cmd.system.reboot",
	"GET cmd.ap", "POST cmd.ap", "POST cmd.cellularModule.rescanNetwork", "POST cmd.cellularModule.reset",
	"GET cmd.wan.cellular", "POST cmd.wan.cellular",
	"POST cmd.wifi.connect", "POST cmd.wifi.disconnect", "POST cmd.wifi.forget", "GET cmd.wifi.result", "GET cmd.wifi.scan",
	"GET config.ssid.profile", "POST config.ssid.profile", "POST config.wan.connection.priority",
	"GET info.firmware", "GET status.lan.profile", "GET status.pepvpn", "GET status.wan.connection",
	"GET status.wan.connection.allowance",
}

// reading are the operations that package peplink has: its methods, and what begins and ends
// a session.
var reading = map[string]func(*bench, context.Context) error{
	"POST login":            asUser(func(ctx context.Context, c *peplink.Client) error { return c.EndSession(ctx) }),
	"POST logout":           asUser(func(ctx context.Context, c *peplink.Client) error { return c.EndSession(ctx) }),
	"POST auth.token.grant": asClient((*peplink.Client).WANConnections),
	"GET cmd.ap":            asClient((*peplink.Client).AccessPoint),
	"GET cmd.wan.cellular": asClient(func(c *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.SIMSlots], error) {
		return c.SIMSlots(ctx, []string{"2"})
	}),
	"GET cmd.wifi.result": asClient(func(c *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.WiFiResults], error) {
		return c.WiFiResults(ctx, []string{"5"})
	}),
	"GET config.ssid.profile": asClient((*peplink.Client).SSIDs),
	"GET info.firmware":       asClient((*peplink.Client).Firmwares),
	"GET status.lan.profile":  asClient((*peplink.Client).LANs),
	"GET status.pepvpn": asClient(func(c *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.PepVPN], error) {
		return c.PepVPN(ctx, 10)
	}),
	"GET status.wan.connection": asClient((*peplink.Client).WANConnections),
	"GET status.wan.connection.allowance": asClient(func(c *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.Allowances], error) {
		return c.Allowances(ctx, func(context.Context) ([]string, error) { return nil, nil })
	}),
}

func asClient[T any](method func(*peplink.Client, context.Context) (*peplink.Answer[T], error)) func(*bench, context.Context) error {
	return func(b *bench, ctx context.Context) error {
		_, err := method(b.reader(), ctx)
		return err
	}
}

func asUser(end func(context.Context, *peplink.Client) error) func(*bench, context.Context) error {
	return func(b *bench, ctx context.Context) error {
		client := b.readingUser()
		if _, err := client.WANConnections(ctx); err != nil {
			return err
		}
		return end(ctx, client)
	}
}

// Everything that the vendor lists can be done: by package peplink, or by a function of this
// package that its table names with a test.
func TestEveryOperation(t *testing.T) {
	rows, functions := table(t), functions(t)
	for _, name := range vendorsList {
		row, isHere := rows[name]
		read, isThere := reading[name]
		switch {
		case isHere == isThere:
			t.Errorf("%s: in the table: %t, in package peplink: %t; want one of them", name, isHere, isThere)
		case isThere:
			b := newBench(t)
			ok(t, read(b, t.Context()))
			if !slices.ContainsFunc(b.Requests(), func(r peplinktest.Request) bool { return r.Method+" "+r.Endpoint == name }) {
				t.Errorf("%s is not what is called", name)
			}
		case !slices.ContainsFunc(operations, func(o operation) bool { return o.name == name }):
			t.Errorf("%s is not among the operations whose permission is tested", name)
		case !strings.Contains(functions[row.test].body, "manage."+row.function+"("):
			t.Errorf("%s: %s does not test %s", name, row.test, row.function)
		default:
			functions[row.function].isDocumented(t, name)
		}
	}
	for name := range rows {
		if !slices.Contains(vendorsList, name) {
			t.Errorf("%s is in the table, and not in the vendor's list", name)
		}
	}
}

// function is one of this package or of its tests.
type function struct{ name, comment, body string }

// functions reads them from the source, by name.
func functions(t *testing.T) map[string]function {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	ok(t, err)
	all := map[string]function{}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		ok(t, err)
		for _, found := range regexp.MustCompile(`(?m)((?:^//.*\n)*)^func (\w+)((?s:.*?))^}$`).FindAllStringSubmatch(string(source), -1) {
			all[found[2]] = function{name: found[2], comment: strings.Join(strings.Fields(strings.ReplaceAll(found[1], "//", "")), " "), body: found[3]}
		}
	}
	return all
}

// isDocumented checks that a function says where its operation is described, since which
// firmware it exists, and who may use it.
func (f function) isDocumented(t *testing.T, name string) {
	t.Helper()
	operation, _, _ := strings.Cut(name, " (")
	if !strings.Contains(f.comment, "(API document, "+operation) {
		t.Errorf("%s does not cite %s", f.name, operation)
	}
	if !regexp.MustCompile(`; firmware [78]\.\d\.\d; permission: (read-only|read-write|admin)\)`).MatchString(f.comment) {
		t.Errorf("%s names no firmware or no permission", f.name)
	}
}

// row is what the table in the documentation says of an operation.
type row struct{ function, test string }

// table reads the table in the package's documentation.
func table(t *testing.T) map[string]row {
	t.Helper()
	source, err := os.ReadFile("doc.go")
	ok(t, err)
	rows := map[string]row{}
	for line := range strings.Lines(string(source)) {
		text, isRow := strings.CutPrefix(line, "//\t")
		if !isRow {
			continue
		}
		columns := regexp.MustCompile(` {2,}`).Split(strings.TrimSpace(text), -1)
		if len(columns) != 4 || rows[columns[0]] != (row{}) {
			t.Fatalf("%q is no row, or the second of its operation", line)
		}
		rows[columns[0]] = row{columns[1], columns[3]}
	}
	return rows
}
