package main

import (
	"cmp"
	"slices"
	"time"
)

// measured is how one contender did.
type measured struct {
	contender string
	items     int
	workers   int
	elapsed   time.Duration
	use
	tally
	told
	// rows are the rows written to each table of Temporal's database; nil when
	// they have not been counted.
	rows map[string]int64
}

// use is what processes have used.
type use struct {
	// worker, server and storage are the processor time of the workers together,
	// of Temporal and of S3; service is that of this process, which has the
	// service that Tasks call and the client.
	worker, server, storage, service time.Duration
	// peak is the most memory that a worker's process held, in bytes.
	peak int64
}

// since gives what was used after before; the peak stays.
func (u use) since(before use) use {
	u.worker -= before.worker
	u.server -= before.server
	u.storage -= before.storage
	u.service -= before.service
	return u
}

// tally is what Temporal had to keep.
type tally struct {
	// workflows is how many ran, events those of all their histories.
	workflows, events int64
	// transitions is how often the state of a workflow was written, which is a
	// transaction of Temporal's database each.
	transitions int64
}

// writes gives the transactions of the database: those of workflows, and two
// for the list of workflows, where each is entered at its start and its end.
func (t tally) writes() int64 { return t.transitions + 2*t.workflows }

// per gives an amount for each item.
func (m measured) per(amount float64) float64 { return amount / float64(m.items) }

// milliseconds gives a processor time for each item.
func (m measured) milliseconds(spent time.Duration) float64 { return m.per(spent.Seconds() * 1e3) }

func (m measured) perSecond() float64     { return float64(m.items) / m.elapsed.Seconds() }
func (m measured) eventsPerItem() float64 { return m.per(float64(m.events)) }

// cpu gives the processor seconds that worker and servers spend on an item.
func (m measured) cpu() float64 { return m.per((m.worker + m.server + m.storage).Seconds()) }

// median gives the one of the middle elapsed time.
func median(all []measured) measured {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b measured) int { return cmp.Compare(a.elapsed, b.elapsed) })
	return sorted[len(sorted)/2]
}
