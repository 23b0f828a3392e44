package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// description tells where the run stands.
func (m *mapRun) description() wire.MapRunDescription {
	s := &m.state
	d := wire.MapRunDescription{
		MapRunArn:  m.in.Spec.Run.MapRunArn,
		Status:     machine.Running,
		Leaf:       m.in.Leaf,
		Planned:    s.Tally.Final,
		Items:      s.Tally.Items,
		Executions: s.Tally.Executions,
		Total:      s.Tally.Total,
		Shards:     s.Done + len(s.Running) + len(s.Backlog) + len(s.Skipped),
		ShardsDone: s.Done,
		Manifest:   s.Manifest,
		Started:    m.in.Spec.Started,
		Limits:     m.limits(),
		Written:    m.written,

		ExecutionArn: m.in.Spec.Run.Origin.ID,
		Common:       m.items,
	}
	d.ExecutionsTotal, d.PendingFrom = d.Executions.Total(), s.Tally.Total
	if i := slices.IndexFunc(s.Backlog, func(w waitingShard) bool { return w.Redriven.Executions == 0 }); i >= 0 {
		d.PendingFrom = s.Backlog[i].First
	}
	if s.Ref != nil {
		d.Staging = s.Ref.Staging
	}
	if m.ended != "" {
		d.Status = m.ended
	}
	for _, r := range s.Running {
		shard := wire.RunningShard{Number: r.Number, Items: r.Items, First: r.First, Share: r.held(), Executions: m.need(r.waitingShard)}
		shard.Redrives, shard.Scattered = r.Redriven.Items-r.Redriven.PendingItems, r.scattered()
		shard.Again = r.Again && s.Ending == nil
		executions, items := shard.Running(wire.ShardCounts{})
		d.ExecutionsTotal += shard.Executions
		d.ExecutionsRunning += executions
		d.Running += items
		d.RunningShards = append(d.RunningShards, shard)
	}
	for _, waiting := range s.Backlog {
		d.ExecutionsTotal += m.need(waiting)
	}
	d.ExecutionsTotal += s.SkippedExecutions
	m.describeRedrive(&d)
	m.tellRest(&d)
	// What has not ended and does not run is pending.
	d.Items.Pending = max(d.Total-d.Items.Ended()-d.Items.PendingRedrive-d.Running, 0)
	return d
}

// shownParts is how many files of executions that wait a description names.
const shownParts = 1_000

// describeRedrive tells of redrives: what waits for one, and what never can.
func (m *mapRun) describeRedrive(d *wire.MapRunDescription) {
	s := &m.state
	d.RedriveCount, d.RedriveDate = m.in.Spec.Run.Redrives, m.in.Spec.Redriven
	waiting := s.Again.Count
	for _, shard := range s.Backlog {
		waiting.add(shard.Redriven, 1)
	}
	d.ExecutionsTotal += s.Again.Count.Executions
	if d.Status == machine.Running {
		d.Items.PendingRedrive = waiting.Items - waiting.PendingItems
		d.Executions.PendingRedrive = waiting.Executions - waiting.PendingExecutions
	}
	d.Items.FailuresNotRedrivable, d.Executions.FailuresNotRedrivable = s.Lasting.Total(), s.LastingExecutions.Total()
	d.WaitingRedrive = s.Again.Parts[:min(len(s.Again.Parts), shownParts)]
	if d.Redrivable = s.Rest.Count.Items; d.Status != machine.Running {
		d.Redrivable += s.Again.Count.Items
	}
}

// endedItems gives items of shards that have ended, when the run keeps them.
func (m *mapRun) endedItems(wish wire.ItemsWish) (told wire.ShardItems, err error) {
	if wish.Category == wire.RestFile {
		for _, in := range m.state.Again.Items[:min(len(m.state.Again.Items), wish.Limit)] {
			told.Items = append(told.Items, waitingItem(in))
		}
		return told, nil
	}
	for _, in := range m.state.Rest.Items { // of those that ended the records tell
		if len(told.Items) < wish.Limit && wish.Category == wire.PendingFile && !in.Earlier.Begun() {
			told.Items = append(told.Items, waitingItem(in))
		}
	}
	for _, record := range m.state.Records {
		if len(told.Items) < wish.Limit && wire.CategoryOf(record.Ended.Status) == wish.Category {
			told.Items = append(told.Items, toldItem(record))
		}
	}
	return told, nil
}

// show puts where the run stands on Temporal's Web UI.
func (m *mapRun) show() { workflow.SetCurrentDetails(m.ctx, details(m.description())) }

// details renders a description as Markdown.
func details(d wire.MapRunDescription) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %d of %d items", d.Status, d.Items.Ended(), d.Total)
	if !d.Planned {
		b.WriteString(" read so far")
	}
	fmt.Fprintf(&b, ", %d of %d shards (%s)\n\n", d.ShardsDone, d.Shards, d.Leaf)
	if d.Limits.Paused {
		b.WriteString("**Paused**\n\n")
	}
	if d.Limits.RateLimit > 0 {
		fmt.Fprintf(&b, "At most %g items per second\n\n", d.Limits.RateLimit)
	}
	b.WriteString("| items | |\n|---|---:|\n")
	for _, row := range []struct {
		name  string
		count int64
	}{
		{"succeeded", d.Items.Succeeded},
		{"failed", d.Items.Failed},
		{"timed out", d.Items.TimedOut},
		{"aborted", d.Items.Aborted},
		{"running", d.Running},
		{"pending", d.Items.Pending},
		{"to be redriven", d.Items.PendingRedrive},
	} {
		fmt.Fprintf(&b, "| %s | %d |\n", row.name, row.count)
	}
	if d.Manifest != "" {
		fmt.Fprintf(&b, "\nResults: `%s`\n", d.Manifest)
	}
	return b.String()
}
