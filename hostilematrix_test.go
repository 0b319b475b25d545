package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// hostile is what a router answers instead of what it should.
type hostile struct {
	at     string           // the endpoint; "" for all but what begins a session
	answer http.HandlerFunc // of it
	user   bool             // the target logs in with cookies
	reason string           // with which a collector fails; "" where none has to
	shows  string           // must stand in the account of the poll, so that the case is what it says
}

const (
	wans   = "status.wan.connection"
	pepvpn = "status.pepvpn"
	grants = "auth.token.grant"
	mib    = 1 << 20
)

// personalForms are how a router may write what tells who or where somebody is.
var personalForms = []string{
	"35-209900-176148-1", "352099001761481", "35 209900 176148 1", "+49-30-5550123-4", "(030) 555 0123 4", "48.137154, 11.576124", "48.137154/11.576124",
	"00-1A-DD-5E-53-77", "00:1a:dd:5e:53:77", "001a.dd5e.5377", "2001:db8::7:77", "fe80::1a:77", "192.0.2.177", "8949-0200-0000-0000-211", "262.02.0000000021",
}

// hostiles are the routers of the matrix, by name.
func hostiles() map[string]hostile {
	all := map[string]hostile{}
	for _, some := range []map[string]hostile{hostileSessions(), hostileHTTP(), hostileSizes(), hostileValues()} {
		maps.Copy(all, some)
	}
	return all
}

func hostileSessions() map[string]hostile {
	granted := func(text string) http.HandlerFunc {
		return ok(`{"accessToken":"` + hostileToken + `","expiresIn":` + text + `}`)
	}
	all := map[string]hostile{
		"cookies of one letter":   {at: wans, user: true, answer: cookies(16, "e", fail(7, "e e e here")), reason: "api", shows: "e e e here"},
		"2500 cookies":            {at: wans, user: true, answer: cookies(2500, "0123456789abcdef", fail(7, "busy")), reason: "api"},
		"2500 cookies at login":   {at: "login", user: true, answer: cookies(2500, "0123456789abcdef", ok(`{"permission":{"GET":1}}`)), reason: "forbidden"},
		"cookies too large":       {at: "login", user: true, answer: cookies(1, strings.Repeat("x", 100<<10), ok(`{"permission":{"GET":1}}`)), reason: "auth"},
		"a login without cookies": {at: "login", user: true, answer: ok(`{}`), reason: "auth"},
		"a token of one letter":   {at: grants, answer: ok(`{"accessToken":"e","expiresIn":3600}`), reason: "forbidden"},
		"an empty token":          {at: grants, answer: ok(`{"accessToken":"","expiresIn":3600}`), reason: "auth"},
		"a token of 4 MiB":        {at: grants, answer: ok(`{"accessToken":"` + strings.Repeat("x", 4*mib-100) + `"}`), reason: "forbidden"},
		"a token like a query":    {at: grants, answer: ok(`{"accessToken":"a&infoType=x#%zz\r\nHost: evil","expiresIn":3600}`), reason: "forbidden"},
		"a token that is a list":  {at: grants, answer: ok(`{"accessToken":["a"],"expiresIn":3600}`), reason: "auth"},
		"a token that is null":    {at: grants, answer: ok(`{"accessToken":null}`), reason: "auth"},
		"a grant answered 429":    {at: grants, answer: status(429), reason: "auth"},
		"a grant answered 503":    {at: grants, answer: status(503), reason: "http"},
		"a grant redirected":      {at: grants, answer: redirect("http://192.0.2.1/api/auth.token.grant"), reason: "http"},
		"a grant that hangs":      {at: grants, answer: hang, reason: "timeout"},
		"a grant that echoes":     {at: grants, answer: echo, reason: "auth"},
		"a login that echoes":     {at: "login", user: true, answer: echo, reason: "auth"},
	}
	for _, expires := range []string{"0.001", "-1", "0", "1e308", "9e18", `"Infinity"`, `"NaN"`, `{}`, `"1e400"`, "29"} {
		all["expiresIn "+expires] = hostile{at: grants, answer: granted(expires), reason: "forbidden"} // the router knows no such token
	}
	return all
}

func hostileHTTP() map[string]hostile {
	header := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	return map[string]hostile{
		"more than the answer":  {at: wans, answer: unsolicited},
		"cookies without end":   {at: wans, answer: raw(header, "Set-Cookie: a=b\r\n", -1), reason: "http"},
		"interim answers":       {at: wans, answer: raw("", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", -1), reason: "http"},
		"a header of 20 MiB":    {at: wans, answer: raw(header+"X: ", strings.Repeat("x", mib), 20), reason: "http"},
		"an endless body":       {at: wans, answer: raw(header+"\r\n", strings.Repeat("x", mib), -1), reason: "decode"},
		"endless chunks":        {at: wans, answer: raw(header+"Transfer-Encoding: chunked\r\n\r\n", "10000\r\n"+strings.Repeat(" ", 0x10000)+"\r\n", -1), reason: "decode"},
		"endless small chunks":  {at: wans, answer: raw(header+"Transfer-Encoding: chunked\r\n\r\n", "1;x="+strings.Repeat("y", 1000)+"\r\n \r\n", -1), reason: "http"},
		"an endless trailer":    {at: wans, answer: raw(header+"Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\n", "X: "+strings.Repeat("y", 1000)+"\r\n", -1), reason: "http"},
		"a chunk of 2^64":       {at: wans, answer: raw(header+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "x", 1), reason: "http"},
		"too long announced":    {at: wans, answer: raw(header+"Content-Length: 4000000000000\r\n\r\n{", "", 0), reason: "http"},
		"too short announced":   {at: wans, answer: raw(header+"Content-Length: 3\r\n\r\n", `{"stat":"ok","response":{}}`, 1), reason: "decode"},
		"two lengths announced": {at: wans, answer: raw(header+"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "xxxx", 1), reason: "http"},
		"a negative length":     {at: wans, answer: raw(header+"Content-Length: -1\r\n\r\n", "x", 1), reason: "http"},
		"no HTTP":               {at: wans, answer: raw("SSH-2.0-dropbear\r\n", "", 0), reason: "http"},
		"no byte":               {at: wans, answer: raw("", "", 0), reason: "http"},
		"another protocol":      {at: wans, answer: raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "x", 1), reason: "http"},
		"status 999":            {at: wans, answer: raw("HTTP/1.1 999 "+hostileToken+"\r\nContent-Length: 0\r\n\r\n", "", 0), reason: "http"},
		"status 429":            {answer: status(429), reason: "http"},
		"status 204":            {at: wans, answer: status(204), reason: "http"},
		"401 to all":            {answer: status(401), reason: "forbidden"},
		"redirect to itself":    {answer: redirect("/api/" + wans), reason: "http"},
		"a slow body":           {at: wans, answer: slow, reason: "timeout"},
		"a hang":                {answer: hang, reason: "timeout"},
		"a bomb of 1 GiB":       {at: wans, answer: gzipped("", strings.Repeat(" ", mib), 1024, ""), reason: "decode"},
	}
}

func hostileSizes() map[string]hostile {
	few, many := mib/4/8, 4*mib/8-10
	bands := `"cellular":{"rat":[{"band":[` + list(30000, `{"signal":{"rsrp":-90}}`) + `]}]}`
	big := func(at, begin, element, end string, size int) hostile {
		return hostile{at: at, answer: ok(begin + list(size/(len(element)+1), element) + end)}
	}
	all := map[string]hostile{
		"WANs of 256 KiB":       big(wans, `{`, `"aa":{}`, `}`, few*8),
		"WANs of 4 MiB":         big(wans, `{`, `"aa":{}`, `}`, many*8),
		"zipped WANs 256 KiB":   {at: wans, answer: gzipped(`{"stat":"ok","response":{"1":{}`, `,"aa":{}`, few, `}}`)},
		"zipped WANs 4 MiB":     {at: wans, answer: gzipped(`{"stat":"ok","response":{"1":{}`, `,"aa":{}`, many-10, `}}`)},
		"peers of 16 MiB":       big(pepvpn, `{"peer":[`, `{"peerId":"1"}`, `]}`, 16*mib-100),
		"peers of nothing":      big(pepvpn, `{"peer":[`, `{}`, `]}`, 16*mib-100),
		"profiles of 16 MiB":    {at: pepvpn, answer: ok(`{"profile":{` + numbered(700000, `"%d":{"name":"p"}`) + `}}`)},
		"numbered peers":        {at: pepvpn, answer: ok(`{"peer":[` + numbered(400000, `{"peerId":"%d","status":"CONNECTED"}`) + `]}`)},
		"a name and bands":      {at: wans, answer: ok(`{"1":{"name":"` + strings.Repeat("x", 3*mib) + `",` + bands + `}}`)},
		"a name of 4 MiB":       {at: wans, answer: ok(`{"1":{"name":"` + strings.Repeat("x", 4*mib-100) + `"}}`)},
		"an escaped name":       {at: wans, answer: ok(`{"1":{"name":"` + strings.Repeat(`\u00e9`, 4*mib/6-20) + `"}}`)},
		"an id of 4 MiB":        {at: wans, answer: ok(`{"` + strings.Repeat("x", 4*mib-100) + `":{}}`)},
		"a list of numbers":     big(wans, `{"1":{},"order":[`, `1`, `]}`, 4*mib-100),
		"digits":                {at: wans, answer: ok(`{"1":{"uptime":` + strings.Repeat("1", 4*mib-100) + `}}`)},
		"blanks":                {at: wans, answer: ok(strings.Repeat(" ", 4*mib-100) + `{}`)},
		"blanks alone":          {at: wans, answer: respond(strings.Repeat(" ", 3*mib)), reason: "decode"},
		"nested 100 000":        {at: wans, answer: ok(strings.Repeat("[", 100000) + strings.Repeat("]", 100000)), reason: "decode"},
		"nested in objects":     {at: wans, answer: ok(strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000)), reason: "decode"},
		"nested 990":            {at: wans, answer: ok(`{"1":{"x":` + strings.Repeat("[", 990) + strings.Repeat("]", 990) + `}}`)},
		"opened, never closed":  {at: wans, answer: respond(strings.Repeat("[", 4*mib-10)), reason: "decode"},
		"a message of 4 MiB":    {at: wans, answer: fail(7, strings.Repeat("e", 4*mib-200)), reason: "api"},
		"a code of 4 MiB":       {at: wans, answer: respond(`{"stat":"fail","code":"` + strings.Repeat("e", 4*mib-200) + `"}`), reason: "api"},
		"secrets over and over": {at: wans, answer: fail(7, strings.Repeat("%22", mib)), reason: "api"},
	}
	all["one peer a page"] = hostile{at: pepvpn, answer: func(w http.ResponseWriter, r *http.Request) {
		ok(fmt.Sprintf(`{"peer":[{"peerId":%q}]}`, "p"+r.URL.Query().Get("start")))(w, r)
	}}
	all["pages without end"] = hostile{at: pepvpn, answer: func(w http.ResponseWriter, r *http.Request) {
		ok(`{"peer":[`+numbered(50, `{"status":"CONNECTED","peerId":"`+r.URL.Query().Get("start")+`-%d"}`)+`]}`)(w, r)
	}}
	all["links without end"] = hostile{at: pepvpn, answer: func(w http.ResponseWriter, r *http.Request) {
		ok(`{"peer":[{"peerId":"1","status":"CONNECTED"}],"tunnel":{"1":{"wan":{`+numbered(300000, `"%d":{"state":"ACTIVE"}`)+`}}}}`)(w, r)
	}}
	return all
}

func hostileValues() map[string]hostile {
	all := map[string]hostile{
		"the same key twice":    {at: wans, answer: ok(`{"1":{"name":"a"},"1":{"name":"b","name":"c"},"order":[1,1,1]}`)},
		"stat twice":            {at: wans, answer: respond(`{"stat":"fail","stat":"ok","response":{},"response":{"1":{}}}`)},
		"stat is an object":     {at: wans, answer: respond(`{"stat":{"ok":1},"response":{}}`), reason: "decode"},
		"infinite usage":        {at: "status.wan.connection.allowance", answer: ok(`{"1":{"enable":true,"usage":1e308,"limit":1e308,"unit":"GB","start":"1e308"}}`)},
		"infinite rates":        {at: "status.traffic", answer: ok(`{"bandwidth":{"1":{"overall":{"download":1e308,"upload":-1e308},"unit":"kbps"},"unit":"Mbps"},"traffic":{"1":{"overall":{"download":1e308,"upload":1e308},"unit":"MB"}},"lifetime":{"all":{"overall":{"download":1e308,"upload":1e308,"unit":"MB"}}}}`)},
		"infinite limits":       {at: pepvpn, answer: ok(`{"peer":[{"peerId":"1","bandwidthLimit":{"download":1e308,"upload":"1e308","unit":"Mbps"}}]}`)},
		"numbers out of range":  {at: wans, answer: ok(`{"timestamp":1e308,"1":{"uptime":1e400,"mtu":-1e308,"priority":"NaN","mss":"Inf","mask":"0x10"}}`)},
		"no numbers":            {at: wans, answer: respond(`{"stat":"ok","response":{"1":{"uptime":NaN}}}`), reason: "decode"},
		"invalid UTF-8":         {at: wans, answer: ok("{\"1\":{\"name\":\"a\xff\xfe\xc0\x80\",\"message\":\"\\ud800\"}}")},
		"a byte order mark":     {at: wans, answer: respond("\xef\xbb\xbf" + `{"stat":"ok","response":{}}`), reason: "decode"},
		"names like metrics":    {at: wans, answer: ok(`{"1":{"name":"a\"} 1\npeplink_up{x=\"\\"},"2\"} 1\n":{"name":"\u202e\u200b\u0000"},"__name__":{"name":"{{.}}<script>"}}`)},
		"messages like metrics": {at: wans, answer: fail(7, "x\\n# TYPE peplink_up counter\\npeplink_up 1\\u001b[2J\\u202e"), reason: "api"},
		"null everywhere":       {at: wans, answer: ok(`{"1":null,"2":{"name":null,"cellular":null,"dns":[null]},"order":null}`)},
		"response is a list":    {at: wans, answer: ok(`[{"1":{}}]`), reason: "decode"},
		"response is null":      {at: wans, answer: ok(`null`)},
		"two answers":           {at: wans, answer: respond(`{"stat":"ok","response":{}}{"stat":"ok"}`), reason: "decode"},
		"personal code":         {at: wans, answer: respond(`{"stat":"fail","code":"35-209900-176148-1"}`), reason: "api"},
	}
	for i, form := range personalForms {
		all[fmt.Sprintf("personal %d", i)] = hostile{at: wans, answer: fail(7, "denied to "+form+" today"), reason: "api", shows: "denied to"}
	}
	return all
}

func respond(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text) // who leaves early is right
	}
}

func ok(response string) http.HandlerFunc {
	return respond(`{"stat":"ok","response":` + response + `}`)
}

func fail(code int, message string) http.HandlerFunc {
	return respond(fmt.Sprintf(`{"stat":"fail","code":%d,"message":"%s"}`, code, message))
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to+"?"+r.URL.RawQuery)
		w.WriteHeader(http.StatusFound)
	}
}

func cookies(n int, value string, then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := range n {
			w.Header().Add("Set-Cookie", fmt.Sprintf("c%d=%s; Path=/", i, value))
		}
		then(w, r)
	}
}

// echo repeats what came, in as many forms as there are.
func echo(w http.ResponseWriter, r *http.Request) {
	var sent map[string]string
	_ = json.NewDecoder(r.Body).Decode(&sent)
	var forms []string
	for _, value := range sent {
		forms = append(forms, formsOf(value)...)
	}
	message, _ := json.Marshal("bad request " + strings.Join(forms, " "))
	respond(`{"stat":"fail","code":3,"message":`+string(message)+`}`)(w, r)
}

// hang reads all, or the server would not learn that the exporter has left.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// slow sends a byte from time to time.
func slow(w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
		}
	}
}

// raw sends bytes, the second part n times or, where n is negative, without end; then it
// closes the connection.
func raw(begin, part string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer connection.Close()
		if _, err := io.WriteString(connection, begin); err != nil {
			return
		}
		for i := 0; i != n; i++ {
			if _, err := io.WriteString(connection, part); err != nil {
				return
			}
		}
	}
}

// unsolicited sends a good answer, and behind it what the request held.
func unsolicited(w http.ResponseWriter, r *http.Request) {
	const body = `{"stat":"ok","response":{"1":{"name":"WAN","statusLed":"green","message":"Connected"}}}`
	raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body), "junk \""+r.URL.RawQuery+"\" "+r.URL.Query().Get("accessToken")+"\r\n", 1)(w, r)
}

// gzipped sends a text in parts, compressed whether that was asked for or not.
func gzipped(begin, part string, n int, end string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		_, _ = io.WriteString(packed, begin)
		for range n {
			if _, err := io.WriteString(packed, part); err != nil {
				return
			}
		}
		_, _ = io.WriteString(packed, end)
		_ = packed.Close()
	}
}

func list(n int, element string) string {
	return strings.TrimSuffix(strings.Repeat(element+",", n), ",")
}

func numbered(n int, element string) string {
	var text strings.Builder
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, element, i)
	}
	return text.String()
}
