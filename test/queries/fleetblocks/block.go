package main

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/index"
)

type written struct{ series, chunks, samples uint64 }

// writeBlock writes series, which are sorted, as one block.
func writeBlock(ctx context.Context, folder string, all []series, at clock) (written, error) {
	id := ulid.MustNew(uint64(at.end), ulid.DefaultEntropy()) //nolint:gosec // it is after 1970
	block := filepath.Join(folder, id.String())
	if err := os.MkdirAll(block, 0o750); err != nil {
		return written{}, err
	}
	data, err := chunks.NewWriter(filepath.Join(block, "chunks"))
	if err != nil {
		return written{}, err
	}
	ind, err := index.NewWriter(ctx, filepath.Join(block, "index"))
	if err != nil {
		return written{}, err
	}
	var count written
	for _, symbol := range symbols(all) {
		if err := ind.AddSymbol(symbol); err != nil {
			return count, err
		}
	}
	for i, one := range all {
		metas := make([]chunks.Meta, len(one.parts))
		for j, part := range one.parts {
			metas[j] = chunks.Meta{Chunk: part.XORChunk, MinTime: part.from, MaxTime: part.to}
			count.samples += uint64(part.NumSamples()) //nolint:gosec // a number of things
		}
		if err := data.WriteChunks(metas...); err != nil {
			return count, err
		}
		if err := ind.AddSeries(storage.SeriesRef(i), one.labels, metas...); err != nil {
			return count, err
		}
		count.series++
		count.chunks += uint64(len(metas))
	}
	if err := data.Close(); err != nil {
		return count, err
	}
	if err := ind.Close(); err != nil {
		return count, err
	}
	return count, writeMeta(block, id, count, at)
}

// symbols are all names and values of labels, each once.
func symbols(all []series) []string {
	set := map[string]struct{}{}
	for _, one := range all {
		one.labels.Range(func(l labels.Label) {
			set[l.Name], set[l.Value] = struct{}{}, struct{}{}
		})
	}
	return slices.Sorted(maps.Keys(set))
}

func writeMeta(block string, id ulid.ULID, count written, at clock) error {
	text, err := json.MarshalIndent(tsdb.BlockMeta{
		ULID: id, MinTime: at.start, MaxTime: at.end + 1, Version: 1,
		Stats:      tsdb.BlockStats{NumSamples: count.samples, NumSeries: count.series, NumChunks: count.chunks},
		Compaction: tsdb.BlockMetaCompaction{Level: 1, Sources: []ulid.ULID{id}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(block, "meta.json"), text, 0o600)
}
