package peplink_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// said is what became of one field: whether it has a value, and how often it counts as
// unreadable.
type said struct {
	Value      any
	OK         bool
	Unreadable int
}

// valued is a kind of field.
type valued[T any] interface{ Value() (T, bool) }

// decodeField reads a field as it stands in an object; "" leaves the field out.
func decodeField[F valued[T], T any](t *testing.T, value string) said {
	t.Helper()
	text := "{}"
	if value != "" {
		text = `{"v":` + value + `}`
	}
	answer, err := peplink.Decode[struct {
		V F `json:"v"`
	}](text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	v, ok := answer.Value.V.Value()
	got := said{OK: ok, Unreadable: answer.Unreadable}
	if ok {
		got.Value = v
	}
	return got
}

// nothings are the ways in which a router says that there is nothing.
var nothings = []string{"", "null", `""`, "-9999", `"-9999"`, "-9999.0", `"-9999.0"`, "-9999.00", "-9.999e3"}

func TestNothing(t *testing.T) {
	kinds := map[string]func(*testing.T, string) said{
		"Number":     decodeField[peplink.Number],
		"Text":       decodeField[peplink.Text],
		"Bool":       decodeField[peplink.Bool],
		"Object":     decodeField[peplink.Object[peplink.Signal]],
		"List":       decodeField[peplink.List[peplink.Text]],
		"DataUnit":   decodeField[peplink.DataUnit],
		"DayOfMonth": decodeField[peplink.DayOfMonth],
	}
	for kind, read := range kinds {
		for _, value := range nothings {
			if diff := cmp.Diff(said{}, read(t, value)); diff != "" {
				t.Errorf("%s of %q is not absent (-want +got):\n%s", kind, value, diff)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[string]any{
		"0":           0.0,
		"-0.5":        -0.5,
		`"12"`:        12.0,
		`"+12"`:       12.0,
		`"-101"`:      -101.0,
		"19.39999999": 19.39999999,
		`"1e3"`:       1000.0,
		"1E-2":        0.01,
		"-9998":       -9998.0,
		"9999":        9999.0,
		"172800":      172800.0,
		"1e-999":      0.0,
		`"0777"`:      777.0,
	} {
		if diff := cmp.Diff(said{Value: want, OK: true}, decodeField[peplink.Number](t, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestNumberUnreadable(t *testing.T) {
	for _, value := range []string{
		`"NaN"`, `"nan"`, `"Inf"`, `"-Inf"`, `"+Infinity"`, `"inf"`, `"0x10"`, `"0x1p4"`, `"1_000"`, `"0b1"`,
		"1e999", "-1e999", `"1e999"`, `"12abc"`, `"-0x270fp0"`, `"abc"`, `"12 MB"`, `"1,5"`, `"--1"`, `"-"`, `"."`, `"e5"`, `"٣"`,
		`"1\n"`, `"1\u0000"`, "true", "false", `{"a":1}`, "[1]",
	} {
		if diff := cmp.Diff(said{Unreadable: 1}, decodeField[peplink.Number](t, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestText(t *testing.T) {
	for value, want := range map[string]said{
		`"02"`:           {Value: "02", OK: true},
		`" "`:            {Value: " ", OK: true},
		"6300":           {Value: "6300", OK: true},
		"1.50":           {Value: "1.50", OK: true},
		`"-9999 dBm"`:    {Value: "-9999 dBm", OK: true},
		`"\u00fc\ud83d"`: {Value: "ü\uFFFD", OK: true},
		"true":           {Unreadable: 1},
		`{"name":"x"}`:   {Unreadable: 1},
		`["x"]`:          {Unreadable: 1},
	} {
		if diff := cmp.Diff(want, decodeField[peplink.Text](t, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestBool(t *testing.T) {
	for value, want := range map[string]said{
		"true":    {Value: true, OK: true},
		"false":   {Value: false, OK: true},
		"1":       {Unreadable: 1},
		`"true"`:  {Unreadable: 1},
		"[false]": {Unreadable: 1},
	} {
		if diff := cmp.Diff(want, decodeField[peplink.Bool](t, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	answer, err := peplink.Decode[struct {
		Missing, No, Yes peplink.Bool
	}](`{"No":false,"Yes":true}`)
	ok(t, err)
	if got := answer.Value; got.Missing.False() || !got.No.False() || got.No.True() || got.Yes.False() || !got.Yes.True() {
		t.Errorf("read as %+v", got)
	}
}

func TestObject(t *testing.T) {
	for value, want := range map[string]int{
		`{"rsrp":-90}`:                   0,
		`{"rsrp":"x","sinr":true}`:       2,
		`{"rsrp":-9999,"unknown":[[1]]}`: 0,
		`{}`:                             0,
		`[]`:                             0,
		`"x"`:                            1,
		`7`:                              1,
		`[{"rsrp":-90}]`:                 1,
	} {
		if got := decodeField[peplink.Object[peplink.Signal]](t, value); got.Unreadable != want {
			t.Errorf("%s counts as %d unreadable, want %d", value, got.Unreadable, want)
		}
	}
	if got := decodeField[peplink.Object[peplink.Signal]](t, `{"rsrp":"x"}`); !got.OK {
		t.Error("one garbled field hides the others of the object")
	}
}

func TestList(t *testing.T) {
	for value, want := range map[string]struct{ items, unreadable int }{
		`["192.0.2.1","192.0.2.2"]`:            {2, 0},
		`[]`:                                   {0, 0},
		`{}`:                                   {0, 0},
		`["192.0.2.1",null]`:                   {1, 0},
		`["192.0.2.1",true,[1]]`:               {3, 2},
		`"192.0.2.1"`:                          {0, 1},
		`{"1":"192.0.2.1"}`:                    {0, 1},
		`[` + strings.Repeat("1,", 511) + `1]`: {512, 0},
		`[` + strings.Repeat("1,", 999) + `1]`: {512, 488},
	} {
		answer, err := peplink.Decode[struct {
			V peplink.List[peplink.Text] `json:"v"`
		}](`{"v":` + value + `}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(answer.Value.V.Items()); got != want.items || answer.Unreadable != want.unreadable {
			t.Errorf("%.40s: %d items, %d unreadable, want %d and %d", value, got, answer.Unreadable, want.items, want.unreadable)
		}
	}
	for _, nothing := range []string{"null", `""`, "-9999", "[]"} {
		if answer, err := peplink.Decode[peplink.RAT](`{"band":[` + nothing + `,{}]}`); err != nil || answer.Unreadable != 0 || len(answer.Value.Bands.Items()) != 1 {
			t.Errorf("bands with %s among them: %+v, error %v, want the other one", nothing, answer, err)
		}
	}
	bands, err := peplink.Decode[peplink.RAT](`{"band":[{"name":"B1"},5,null,{"signal":{"rsrp":[1]}}]}`)
	if err != nil || len(bands.Value.Bands.Items()) != 2 || bands.Unreadable != 2 {
		t.Errorf("bands %+v, error %v, want 2 with 2 unreadable: one that is no object, one signal", bands, err)
	}
}
