package main

import (
	"encoding/json"
	"os"
	"time"
)

// figures gives those that are asked for.
func (m *mapMeasurements) figures() figures {
	return figures{
		{name: "standard_vs_child_workflow", value: m.packed.perSecond() / m.child.perSecond(), least: 40,
			what: "STANDARD, one short Task an item: times as fast as a child workflow per item by hand"},
		{name: "standard_vs_activity_tree", value: m.packed.perSecond() / m.activity.perSecond(), least: 5,
			what: "the same: times as fast as an activity per item in a tree by hand"},
		{name: "express_items_per_second", value: m.express.perSecond(), least: 40_000,
			what: "EXPRESS: CSV rows through Pass and Choice into result files, a second"},
		{name: "express_vs_plain_loop", value: slower(m.express, m.plain), most: 5,
			what: "the same: times as long as a plain Go loop (1 is as fast)"},
		{name: "express_time_growth", value: slower(m.express, m.expressLess), most: 11,
			what: "time for all rows over time for a tenth of them"},
		{name: "worker_rss_growth", value: float64(m.express.peak) / float64(m.expressLess.peak), most: 1.2,
			what: "the worker's memory at its peak, likewise"},
		{name: "worker_rss_mb", value: mebibytes(m.express.peak), most: 300,
			what: "the worker's memory at its peak with all rows, MiB"},
		{name: "small_map_p50_ms", value: m.small.p50(), most: 1_000,
			what: "a Distributed Map of items that do nothing, start to result, p50, ms"},
		{name: "events_per_item_packed", value: m.packed.eventsPerItem(), most: 0.5,
			what: "Temporal events per STANDARD item in packed shards"},
		{name: "events_per_item_express", value: m.express.eventsPerItem(), most: 0.01,
			what: "Temporal events per EXPRESS item"},
	}
}

// slower gives how many times as long a took as b.
func slower(a, b measured) float64 { return a.elapsed.Seconds() / b.elapsed.Seconds() }

func mebibytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// point is a measurement as it stands in map-points.json.
type point struct {
	Name           string  `json:"name"`
	What           string  `json:"what"`
	Items          int     `json:"items"`
	Workers        int     `json:"workers"`
	Seconds        float64 `json:"seconds"`
	ItemsPerSecond float64 `json:"items_per_second"`
	// Processor time: of all workers, of Temporal, of S3, and of the service
	// that Tasks call with the client.
	WorkerCPUSeconds  float64 `json:"worker_cpu_seconds"`
	ServerCPUSeconds  float64 `json:"server_cpu_seconds"`
	StorageCPUSeconds float64 `json:"s3_cpu_seconds"`
	ServiceCPUSeconds float64 `json:"service_cpu_seconds"`
	WorkerPeakMiB     float64 `json:"worker_peak_mib"`
	Workflows         int64   `json:"workflows"`
	Events            int64   `json:"events"`
	Actions           int64   `json:"actions"`
	StateTransitions  int64   `json:"state_transitions"`
	DatabaseWrites    int64   `json:"database_writes"`
	// ActivitySeconds is how long activities ran, by type, all together.
	ActivitySeconds map[string]float64 `json:"activity_seconds,omitempty"`
}

// writePoints writes the measurements behind the figures.
func (b *bench) writePoints(m *mapMeasurements, file string) error {
	var text struct {
		Points     []point   `json:"points"`
		SmallMapMS []float64 `json:"small_map_ms"`
	}
	for _, step := range b.steps(m) {
		text.Points = append(text.Points, pointOf(step.name, *step.into))
	}
	for _, took := range m.small {
		text.SmallMapMS = append(text.SmallMapMS, float64(took)/float64(time.Millisecond))
	}
	out, err := json.MarshalIndent(text, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(out, '\n'), 0o644)
}

func pointOf(name string, m measured) point {
	busy := make(map[string]float64, len(m.busy))
	for activity, took := range m.busy {
		busy[activity] = took.Seconds()
	}
	return point{
		Name: name, What: m.contender, Items: m.items, Workers: m.workers,
		Seconds: m.elapsed.Seconds(), ItemsPerSecond: m.perSecond(),
		WorkerCPUSeconds: m.worker.Seconds(), ServerCPUSeconds: m.server.Seconds(),
		StorageCPUSeconds: m.storage.Seconds(), ServiceCPUSeconds: m.service.Seconds(),
		WorkerPeakMiB: mebibytes(m.peak),
		Workflows:     m.workflows, Events: m.events, Actions: m.actions,
		StateTransitions: m.transitions, DatabaseWrites: m.writes(),
		ActivitySeconds: busy,
	}
}
