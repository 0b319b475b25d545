package server_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
)

// journal keeps what an exporter logs, at every level.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func newJournal() *journal { return &journal{} }

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write takes one record, as slog's handlers promise.
func (j *journal) Write(record []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(record)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Reset()
}

// record is a line of the log.
type record struct {
	Level     string `json:"level"`
	Message   string `json:"msg"`
	Target    string `json:"target"`
	Collector string `json:"collector"`
	Err       string `json:"err"`
}

func (j *journal) records() []record {
	var records []record
	for line := range strings.Lines(j.String()) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			r.Message = "no JSON: " + line
		}
		records = append(records, r)
	}
	return records
}
