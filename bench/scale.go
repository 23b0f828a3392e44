package main

import "time"

// scale says how much is measured: how many items each way gets, chosen so that
// it works in its steady state for several seconds at least.
type scale struct {
	machine                         time.Duration
	warmUp                          int
	express, packed, child          int
	baselineChild, baselineActivity int
	// What bench map measures: rows for EXPRESS, all and a tenth of them; items
	// for STANDARD; items whose Task takes a while; how often what takes seconds
	// is repeated; and the small maps.
	mapExpress, mapExpressLess               int
	mapStandard, mapSlow, again              int
	smallMapItems, smallMapWarmUp, smallMaps int
	// judged is set when the figures are large enough to be held against their
	// bounds.
	judged bool
}

var (
	full = scale{
		machine: 3 * time.Second, warmUp: 200,
		express: 100_000, packed: 50_000, child: 1_000,
		baselineChild: 2_000, baselineActivity: 8_000,
		mapExpress: 1_000_000, mapExpressLess: 100_000,
		mapStandard: 20_000, mapSlow: 10_000, again: 3,
		smallMapItems: 100, smallMapWarmUp: 3, smallMaps: 21,
		judged: true,
	}
	// small is a smoke run: every part works, no figure means anything.
	small = scale{
		machine: 200 * time.Millisecond, warmUp: 10,
		express: 5_000, packed: 600, child: 20,
		baselineChild: 20, baselineActivity: 200,
		mapExpress: 5_000, mapExpressLess: 500,
		mapStandard: 60, mapSlow: 200, again: 1,
		smallMapItems: 10, smallMapWarmUp: 1, smallMaps: 3,
	}
)
