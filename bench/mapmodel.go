package main

import (
	"io"
	"math"
	"runtime"
)

// The model of docs/performance.md, held against several workers: an item costs
// each process a fixed processor time, and a worker that waits does as much as
// it has places for. What one worker does fixes both; more of them, on the same
// cores, must do what follows from that.

// predicted gives the items a second of so many workers on the cores from what
// one of them does: as many times as much, until the cores are used up.
func (m measured) predicted(workers int, cores float64) float64 {
	return math.Min(float64(workers)*m.perSecond(), cores/m.allCPU())
}

// allCPU gives the processor seconds that an item costs all processes, the
// service that Tasks call among them.
func (m measured) allCPU() float64 {
	return m.per((m.worker + m.server + m.storage + m.service).Seconds())
}

// printModel writes what the model says beside what was measured.
func (m *mapMeasurements) printModel(out io.Writer) {
	t := table{header: []string{"contender", "workers", "predicted items/s", "measured items/s", "measured/predicted"}}
	for _, series := range [][]measured{
		append([]measured{m.express}, m.expressMore[:]...),
		append([]measured{m.packed}, m.packedMore[:]...),
		m.slowTasks[:],
	} {
		for _, point := range series {
			predicted := series[0].predicted(point.workers, float64(runtime.NumCPU()))
			t.add(point.contender, number(float64(point.workers)), number(predicted), number(point.perSecond()), number(point.perSecond()/predicted))
		}
	}
	t.print(out)
}
