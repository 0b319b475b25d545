package queries_test

// good is a small dashboard without fault, as if it were the fleet's.
const good = `{
  "title": "Peplink fleet", "schemaVersion": 37, "editable": true, "graphTooltip": 1, "refresh": "1m", "timezone": "browser",
  "tags": ["peplink"], "time": {"from": "now-24h", "to": "now"},
  "links": [{"type": "dashboards", "title": "Peplink", "tags": ["peplink"], "includeVars": true, "keepTime": true, "asDropdown": true,
    "icon": "external link", "tooltip": "", "targetBlank": false}],
  "annotations": {"list": [
    {"builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": true, "hide": true, "iconColor": "rgba(0, 211, 255, 1)",
      "name": "Annotations & Alerts", "type": "dashboard"},
    {"datasource": {"type": "prometheus", "uid": "${datasource}"}, "enable": true, "iconColor": "red", "name": "critical",
      "expr": "ALERTS{alertstate=\"firing\", severity=\"critical\", job=~\"$job|\"}", "titleFormat": "{{alertname}}", "textFormat": "{{instance}}"}
  ]},
  "templating": {"list": [
    {"name": "datasource", "type": "datasource", "query": "prometheus"},
    {"name": "job", "type": "query", "query": {"query": "label_values(peplink_up, job)", "refId": "job"}, "definition": "label_values(peplink_up, job)",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "multi": true, "includeAll": true, "allValue": ".+", "refresh": 2, "sort": 1},
    {"name": "site", "type": "query", "query": {"query": "label_values(peplink_up{job=~\"$job\"}, site)", "refId": "site"},
      "definition": "label_values(peplink_up{job=~\"$job\"}, site)",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "multi": true, "includeAll": true, "allValue": ".*", "refresh": 2, "sort": 1},
    {"name": "role", "type": "query", "query": {"query": "label_values(peplink_up{job=~\"$job\"}, role)", "refId": "role"},
      "definition": "label_values(peplink_up{job=~\"$job\"}, role)",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "multi": true, "includeAll": true, "allValue": ".*", "refresh": 2, "sort": 1},
    {"name": "instance", "type": "query", "query": {"query": "label_values(peplink_up{job=~\"$job\"}, instance)", "refId": "instance"},
      "definition": "label_values(peplink_up{job=~\"$job\"}, instance)",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "multi": true, "includeAll": true, "allValue": ".+", "refresh": 2, "sort": 1}
  ]},
  "panels": [
    {"id": 1, "type": "row", "title": "Now", "collapsed": false, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": []},
    {"id": 2, "type": "timeseries", "title": "Which links lose packets?", "description": "Lost packets, in packets a second.",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "gridPos": {"x": 0, "y": 1, "w": 12, "h": 8},
      "fieldConfig": {"defaults": {"unit": "pps", "color": {"mode": "palette-classic"},
        "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 3}]}}, "overrides": []},
      "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []}, "tooltip": {"mode": "multi", "sort": "desc"}},
      "targets": [{"refId": "A", "datasource": {"type": "prometheus", "uid": "${datasource}"}, "editorMode": "code", "range": true,
        "expr": "topk(20, rate(peplink_pepvpn_link_receive_lost_packets_total{job=~\"$job\", site=~\"$site\"}[$__rate_interval]))",
        "legendFormat": "{{instance}} {{peer}}"}]},
    {"id": 3, "type": "table", "title": "Which WANs are down?", "description": "Those that are switched on and not up.",
      "datasource": {"type": "prometheus", "uid": "${datasource}"}, "gridPos": {"x": 12, "y": 1, "w": 12, "h": 8},
      "fieldConfig": {"defaults": {"unit": "none", "mappings": [{"type": "value", "options": {"0": {"color": "red", "index": 0, "text": "down"}}}]},
        "overrides": [{"matcher": {"id": "byName", "options": "WAN"}, "properties": [{"id": "unit", "value": "string"}]}]},
      "options": {"showHeader": true},
      "transformations": [{"id": "organize", "options": {"excludeByName": {"Time": true, "job": true}, "indexByName": {}, "renameByName": {"wan": "WAN", "Value": "state"}}}],
      "targets": [{"refId": "A", "datasource": {"type": "prometheus", "uid": "${datasource}"}, "editorMode": "code", "instant": true, "format": "table",
        "expr": "peplink_wan_up{job=~\"$job\"} == 0", "legendFormat": ""}]}
  ]
}`
