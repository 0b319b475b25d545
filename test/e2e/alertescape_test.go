//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// nasty is a name that somebody gave a WAN, a carrier or a peer, on one router or by sending it from outside.
const nasty = "<b>*_~`x`_*[l](http://e.example/?a=1&b=2)\\\n- @channel <!here> <https://e.example|y>"

// As it has to be written for each chat, so that people read it as it is, on one line.
const (
	nastyInSlack = "&lt;b&gt;*_~`x`_*[l](http://e.example/?a=1&amp;b=2)\\ - @channel &lt;!here&gt; &lt;https://e.example|y&gt;"

	nastyInMarkdown = `\<b\>\*\_\~` + "\\`x\\`" + `\_\*\[l\]\(http://` + "\u200b" + `e\.example/?a=1\&b=2\)\\ \- @` + "\u200b" +
		`channel \<\!here\> \<https://` + "\u200b" + `e\.example\|y\>`

	nastyInHTML = "&lt;b&gt;*_~`x`_*[l](http://e.example/?a=1&amp;b=2)\\ - @channel &lt;!here&gt; &lt;https://e.example|y&gt;"

	runbook    = "https://example.net/RUNBOOK.md#it"
	dashboards = "https://grafana.example.net/dashboards?tag=peplink"
)

// attachment is what chats in Slack's form show of a message.
type attachment struct {
	Title     string   `json:"title"`
	TitleLink string   `json:"title_link"`
	Text      string   `json:"text"`
	Fallback  string   `json:"fallback"`
	Color     string   `json:"color"`
	MrkdwnIn  []string `json:"mrkdwn_in"`
}

func attachmentOf(m message) (attachment, error) {
	var post struct {
		Attachments []attachment `json:"attachments"`
	}
	if err := json.Unmarshal(m.body, &post); err != nil {
		return attachment{}, err
	}
	if len(post.Attachments) != 1 {
		return attachment{}, fmt.Errorf("%d attachments in %s", len(post.Attachments), m.body)
	}
	return post.Attachments[0], nil
}

// one is the only message to a path that holds a text.
func one(messages []message, path, holds string) (message, error) {
	var found []message
	for _, m := range messages {
		if m.path == path && strings.Contains(string(m.body), holds) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return message{}, fmt.Errorf("%d messages to %s with %q", len(found), path, holds)
	}
	return found[0], nil
}

// nastyAlerts are one of each severity, as the rules would make them of such a name.
func nastyAlerts() []alert {
	var alerts []alert
	for severity, name := range map[string]string{"critical": "PeplinkTunnelDown", "warning": "PeplinkWANDown", "info": "PeplinkRoaming"} {
		alerts = append(alerts, alert{
			Labels:      labels{"alertname": name, "severity": severity, "job": "peplink", "site": "north_1", "wan": nasty},
			Annotations: labels{"summary": "WAN " + nasty, "description": "It is " + nasty, "runbook_url": runbook},
		})
	}
	return alerts
}

func TestNamesAreEscaped(t *testing.T) {
	ctx := within(t)
	receiver := newReceiver(t)
	a := startAlertmanager(ctx, t, atEveryHour(t, exampleConfig(t, receiver)))
	a.send(ctx, t, nastyAlerts()...)
	links := "<" + runbook + "|Runbook> · <" + dashboards + "|Dashboards>"
	slack := attachment{
		TitleLink: dashboards, MrkdwnIn: []string{"pretext"},
		Text: "• WAN " + nastyInSlack + ": It is " + nastyInSlack + "\n" + links,
	}
	for _, test := range []struct {
		path, holds string
		want        attachment
	}{
		{"/slack", "PeplinkTunnelDown", slack.titled("Critical: PeplinkTunnelDown (1 firing)", "danger")},
		{"/slack", "PeplinkWANDown", slack.titled("Warning: PeplinkWANDown at north_1 (1 firing)", "warning")},
		{"/mattermost", "Digest", attachment{
			TitleLink: dashboards, MrkdwnIn: []string{"fallback", "pretext", "text"},
			Text: "- WAN " + nastyInMarkdown + " ([runbook](" + runbook + "))\n\n[Dashboards](" + dashboards + ")",
		}.titled("Digest: Peplink (1 firing)", "#439fe0")},
	} {
		receiver.wait(ctx, t, func(messages []message) error {
			m, err := one(messages, test.path, test.holds)
			if err != nil {
				return err
			}
			got, err := attachmentOf(m)
			return errors.Join(err, differ(test.path+" (-want +got)", test.want, got))
		})
	}
	receiver.wait(ctx, t, func(messages []message) error {
		m, err := one(messages, "/bot123456:secret/sendMessage", "Digest")
		if err != nil {
			return err
		}
		return checkTelegram(m)
	})
	receiver.wait(ctx, t, func(messages []message) error {
		m, err := one(messages, "/pager", "PeplinkTunnelDown")
		if err != nil {
			return err
		}
		return checkPager(m)
	})
}

func (a attachment) titled(title, color string) attachment {
	a.Title, a.Fallback, a.Color = title, title, color
	return a
}

func checkTelegram(m message) error {
	var got map[string]any
	if err := json.Unmarshal(m.body, &got); err != nil {
		return err
	}
	want := "<b>Digest: Peplink</b> (1 firing)\n• WAN " + nastyInHTML + "\n" +
		`<a href="` + runbook + `">Runbook</a> · <a href="` + dashboards + `">Dashboards</a>`
	return errors.Join(
		differ("text to Telegram (-want +got)", want, got["text"]),
		differ("how Telegram reads it (-want +got)", "HTML", got["parse_mode"]))
}

// A pager reads JSON, and gets the name as it is.
func checkPager(m message) error {
	var got webhook
	if err := json.Unmarshal(m.body, &got); err != nil {
		return err
	}
	return errors.Join(
		differ("group (-want +got)", labels{"alertname": "PeplinkTunnelDown", "job": "peplink"}, got.GroupLabels),
		differ("name (-want +got)", nasty, got.Alerts[0].Labels["wan"]))
}

// Hundreds of routers may fail at once; a chat refuses what is too long, or cuts it.
func TestLongListsAreShort(t *testing.T) {
	ctx := within(t)
	receiver := newReceiver(t)
	a := startAlertmanager(ctx, t, atEveryHour(t, exampleConfig(t, receiver)))
	var many []alert
	for i := range 300 {
		for severity, name := range map[string]string{"critical": "PeplinkTunnelDown", "info": "PeplinkRoaming"} {
			many = append(many, alert{
				Labels:      labels{"alertname": name, "severity": severity, "job": "peplink", "instance": fmt.Sprintf("bus-%03d", i)},
				Annotations: labels{"summary": strings.Repeat("<", 1000), "description": strings.Repeat("<", 1000), "runbook_url": runbook},
			})
		}
	}
	a.send(ctx, t, many...)
	for path, want := range map[string]struct {
		line  string
		lines int
		says  string
		most  int
	}{
		"/slack":                        {"• &lt;", 10, "… the first ten of 300 are shown", 10 * 4 * 600},
		"/mattermost":                   {`- \<`, 40, "… the first forty of 300 are shown", 16383}, // Mattermost's own limit
		"/bot123456:secret/sendMessage": {"• &lt;", 5, "… the first five of 300 are shown", 4096},  // Telegram's
	} {
		receiver.wait(ctx, t, func(messages []message) error {
			m, err := one(messages, path, "300 firing")
			if err != nil {
				return err
			}
			text, err := textOf(m)
			if got := strings.Count(text, want.line); got != want.lines {
				err = errors.Join(err, fmt.Errorf("%s: %d lines, want %d", path, got, want.lines))
			}
			if length := len([]rune(text)); length > want.most || !strings.Contains(text, want.says) {
				err = errors.Join(err, fmt.Errorf("%s: %d characters, want at most %d and %q:\n%s", path, length, want.most, want.says, text))
			}
			return err
		})
	}
}

// textOf is the text of a message to any of the chats.
func textOf(m message) (string, error) {
	if !strings.HasPrefix(m.path, "/bot") {
		a, err := attachmentOf(m)
		return a.Text, err
	}
	var post struct {
		Text string `json:"text"`
	}
	err := json.Unmarshal(m.body, &post)
	return post.Text, err
}
