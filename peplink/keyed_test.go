package peplink_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// thing is an object of a list.
type thing struct {
	Name peplink.Text `json:"name"`
}

// listed is what a list was read as.
type listed struct {
	IDs        []string
	Names      []string
	Unreadable int
}

func readList[B any](t interface{ Fatal(...any) }, text string) listed {
	answer, err := peplink.Decode[peplink.Keyed[thing, B]](text)
	if err != nil {
		t.Fatal(err)
	}
	got := listed{Unreadable: answer.Unreadable}
	for _, entry := range answer.Value.Entries() {
		got.IDs = append(got.IDs, entry.ID)
		got.Names = append(got.Names, entry.Value.Name.String())
	}
	return got
}

func TestKeyed(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want listed
	}{
		"order":                     {`{"1":{"name":"a"},"2":{"name":"b"},"order":[2,1]}`, listed{[]string{"2", "1"}, []string{"b", "a"}, 0}},
		"order before the objects":  {`{"order":[2,1],"1":{"name":"a"},"2":{"name":"b"}}`, listed{[]string{"2", "1"}, []string{"b", "a"}, 0}},
		"order of strings":          {`{"1":{"name":"a"},"2":{"name":"b"},"order":["2","1"]}`, listed{[]string{"2", "1"}, []string{"b", "a"}, 0}},
		"order missing":             {`{"10":{},"vwan5":{},"2":{},"a":{}}`, listed{[]string{"2", "10", "a", "vwan5"}, []string{"", "", "", ""}, 0}},
		"order incomplete":          {`{"1":{},"2":{},"3":{},"order":[3]}`, listed{[]string{"3", "1", "2"}, []string{"", "", ""}, 0}},
		"order names what is not":   {`{"1":{},"order":[7,"vwan5",1,null,true]}`, listed{[]string{"1"}, []string{""}, 0}},
		"order is no list":          {`{"2":{},"1":{},"order":"1 2"}`, listed{[]string{"1", "2"}, []string{"", ""}, 0}},
		"order is null":             {`{"2":{},"1":{},"order":null}`, listed{[]string{"1", "2"}, []string{"", ""}, 0}},
		"order with an object":      {`{"1":{},"order":[{"a":1},1]}`, listed{[]string{"1"}, []string{""}, 0}},
		"order names one twice":     {`{"1":{},"2":{},"order":[2,1,2]}`, listed{[]string{"1", "2"}, []string{"", ""}, 0}},
		"id twice":                  {`{"1":{"name":"a"},"1":{"name":"b"}}`, listed{[]string{"1"}, []string{"a"}, 1}},
		"id empty":                  {`{"":{"name":"a"},"1":{"name":"b"}}`, listed{[]string{"1"}, []string{"b"}, 1}},
		"id without an object":      {`{"1":"x","2":5,"3":true,"4":[1],"5":{}}`, listed{[]string{"5"}, []string{""}, 4}},
		"id with nothing":           {`{"1":null,"2":"","3":-9999,"4":[],"5":{"name":"a"}}`, listed{[]string{"5"}, []string{"a"}, 0}},
		"garbled field":             {`{"1":{"name":[1]},"2":{"name":"b"}}`, listed{[]string{"1", "2"}, []string{"", "b"}, 1}},
		"nothing":                   {`{}`, listed{}},
		"array for an empty object": {`[]`, listed{}},
		"array with space":          {"[ \n]", listed{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, readList[peplink.OnlyOrder](t, test.text)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestKeyedBeside(t *testing.T) {
	const text = `{"1":{"name":"a"},"timestamp":"1773480413","reportTimestamp":1,"supportGatewayProxy":true,"connection":[{"id":1}],"novel":3}`
	answer, err := peplink.Decode[peplink.WANConnections](text)
	if err != nil {
		t.Fatal(err)
	}
	if stamp, ok := answer.Value.Beside().Timestamp.Value(); !ok || stamp != 1773480413 {
		t.Errorf("timestamp %v, %v", stamp, ok)
	}
	if got := answer.Unreadable; got != 1 || len(answer.Value.Entries()) != 1 {
		t.Errorf("%d entries and %d unreadable, want 1 and only the unknown key", len(answer.Value.Entries()), got)
	}
	garbled, err := peplink.Decode[peplink.WANConnections](`{"timestamp":"soon"}`)
	if err != nil || garbled.Unreadable != 1 {
		t.Errorf("a garbled timestamp counts as %d unreadable, want 1 (error %v)", garbled.Unreadable, err)
	}
}

func TestKeyedInside(t *testing.T) {
	for text, want := range map[string]int{
		`{"sim":[]}`:                 0,
		`{"sim":null}`:               0,
		`{"sim":""}`:                 0,
		`{"sim":-9999}`:              0,
		`{"sim":"none"}`:             1,
		`{"sim":[{}]}`:               1,
		`{"sim":{"1":{"active":0}}}`: 1,
	} {
		answer, err := peplink.Decode[peplink.Modem](text)
		if err != nil || answer.Unreadable != want {
			t.Errorf("%s counts as %d unreadable, want %d (error %v)", text, answer.Unreadable, want, err)
		}
	}
}

// Whatever ids there are and whatever order says, each object is listed once and none is
// invented.
func TestKeyedLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[0-9]{1,3}|vwan[0-9]|[0-9]-[0-9]`)
		ids := rapid.SliceOfDistinct(id, rapid.ID).Draw(t, "ids")
		order := rapid.SliceOf(id).Draw(t, "order")
		var members []string
		for _, id := range ids {
			members = append(members, `"`+id+`":{}`)
		}
		members = append(members, `"order":["`+strings.Join(order, `","`)+`"]`)
		got := readList[peplink.OnlyOrder](t, "{"+strings.Join(members, ",")+"}")
		slices.Sort(ids)
		if diff := cmp.Diff(ids, slices.Sorted(slices.Values(got.IDs))); diff != "" && len(ids) > 0 {
			t.Errorf("ids (-want +got):\n%s", diff)
		}
		if got.Unreadable != 0 {
			t.Errorf("%d unreadable", got.Unreadable)
		}
	})
}
