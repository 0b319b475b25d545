package server

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/common/version"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pageRow is a target on the fleet page.
type pageRow struct {
	Name     string
	Address  string
	Labels   map[string]string
	State    string // up, partial, down, or "" where it was not polled yet
	Failures string
	Age      time.Duration
	Duration time.Duration
	Probe    string // link
}

// page shows people the fleet as of each router's last poll. It asks no router.
func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	now := time.Now()
	routers := s.live.Fleet().Routers()
	rows := make([]pageRow, 0, len(routers))
	for _, router := range routers {
		rows = append(rows, s.pageRow(router, now))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	err := pageTemplate.Execute(w, struct {
		Prefix, Version string
		Rows            []pageRow
	}{s.prefix(), version.Version, rows})
	if err != nil {
		s.Logger.Debug("the page was not written whole", "err", err)
	}
}

func (s *Server) pageRow(router *fleet.Router, now time.Time) pageRow {
	row := pageRow{
		Name:    router.Target.Name,
		Address: router.Target.URL.String(),
		Labels:  router.Target.Labels,
		Probe:   s.prefix() + "/probe?" + url.Values{"target": {router.Target.Name}}.Encode(),
	}
	if last := router.Last(); last != nil {
		row.State = stateOf(last.Up, last.Outcomes)
		row.Failures = failures(last.Outcomes)
		row.Age = now.Sub(last.Began).Round(time.Second)
		row.Duration = last.Duration.Round(time.Millisecond)
	}
	return row
}
