package server

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/version"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// rowsPerPage is how many targets the page shows at once.
const rowsPerPage = 100

// pageStates are the states of a target in the order of the page: what needs a person first.
var pageStates = []string{outcomeDown, outcomePartial, notPolled, outcomeUp}

// notPolled is the state of a target that nobody has asked for yet.
const notPolled = "not polled"

// pageView is the page as the template sees it.
type pageView struct {
	Prefix, Version string
	Loaded          string // age of the configuration
	Fault           string // first one of the last reload, "" where there was none
	Admin           bool   // whether there are links for administrators
	Counts          []pageCount
	Text, State     string // of the filter
	Found           int
	Rows            []pageRow
	Previous, Next  string // links, "" where there is no such page
}

// pageCount is how many targets are in a state.
type pageCount struct {
	State string
	Count int
	Link  string
}

// pageRow is a target on the page.
type pageRow struct {
	Name, Address string
	Labels        map[string]string
	State         string
	Why           string // what failed, as in the log
	Age, Took     string
	WANs          []fleet.WANSummary
	Tunnels       string // "2 of 3"; "" where none are known
	Expiry        string // of the access token, "" where there is none
	Probe, Debug  string // links
}

// page shows people the fleet as of each router's last poll. It asks no router.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	view := pageView{
		Prefix: s.prefix(), Version: version.Version, Admin: !s.DisableAdmin,
		Text: query.Get("q"), State: query.Get("state"),
		Loaded: age(time.Since(s.live.Loaded())), Fault: s.live.FirstFault(),
	}
	now := time.Now()
	found := s.find(&view)
	view.Found = len(found)
	from := max(0, min(number(query.Get("from")), len(found)-1))
	for _, router := range found[from:min(from+rowsPerPage, len(found))] {
		view.Rows = append(view.Rows, s.pageRow(router, now))
	}
	if from > 0 {
		view.Previous = s.pageLink(view.Text, view.State, max(0, from-rowsPerPage))
	}
	if from+rowsPerPage < len(found) {
		view.Next = s.pageLink(view.Text, view.State, from+rowsPerPage)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
	if err := pageTemplate.Execute(w, view); err != nil {
		s.Logger.Debug("the page was not written whole", "err", err)
	}
}

// find returns the routers that the filter lets through, those that need a person first,
// and counts all.
func (s *Server) find(view *pageView) []*fleet.Router {
	counts := map[string]int{}
	states := map[*fleet.Router]string{}
	var found []*fleet.Router
	for _, router := range s.live.Fleet().Routers() {
		state := routerState(router)
		counts[state]++
		if view.State != "" && state != view.State || !mentions(router, view.Text) {
			continue
		}
		states[router] = state
		found = append(found, router)
	}
	for _, state := range pageStates {
		view.Counts = append(view.Counts, pageCount{State: state, Count: counts[state], Link: s.pageLink(view.Text, state, 0)})
	}
	slices.SortStableFunc(found, func(a, b *fleet.Router) int {
		return cmp.Compare(slices.Index(pageStates, states[a]), slices.Index(pageStates, states[b]))
	})
	return found
}

func routerState(router *fleet.Router) string {
	if last := router.Last(); last != nil {
		return stateOf(last.Up, last.Outcomes)
	}
	return notPolled
}

// mentions reports whether a target's name, address or labels hold a text.
func mentions(router *fleet.Router, text string) bool {
	text = strings.ToLower(text)
	holds := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if text == "" || holds(router.Target.Name) || holds(router.Target.URL.String()) {
		return true
	}
	for name, value := range router.Target.Labels {
		if holds(name + "=" + value) {
			return true
		}
	}
	return false
}

func (s *Server) pageLink(text, state string, from int) string {
	query := url.Values{}
	for name, value := range map[string]string{"q": text, "state": state, "from": strconv.Itoa(from)} {
		if value != "" && value != "0" {
			query.Set(name, value)
		}
	}
	return s.prefix() + "/?" + query.Encode()
}

func (s *Server) pageRow(router *fleet.Router, now time.Time) pageRow {
	target := router.Target
	probe := s.prefix() + "/probe?" + url.Values{"target": {target.Name}}.Encode()
	row := pageRow{
		Name: target.Name, Address: target.URL.String(), Labels: maps.Clone(target.Labels),
		State: routerState(router), Probe: probe, Debug: probe + "&debug=true",
	}
	if expiry := router.Session().Expiry; !expiry.IsZero() {
		row.Expiry = age(expiry.Sub(now))
	}
	last := router.Last()
	if last == nil {
		return row
	}
	row.Why = sentence(last.Outcomes)
	row.Age, row.Took = age(now.Sub(last.Began)), last.Duration.Round(time.Millisecond).String()
	row.WANs = last.WANs
	if last.Peers > 0 {
		row.Tunnels = fmt.Sprintf("%d of %d", last.ConnectedPeers, last.Peers)
	}
	return row
}

// number reads a whole number from a link; anything else is 0.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// age writes a duration as people say it, in its largest unit: "44 min".
func age(d time.Duration) string {
	switch {
	case d < 0:
		return "over"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
