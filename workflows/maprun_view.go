package workflows

import (
	"fmt"
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
		Shards:     s.Shards,
		ShardsDone: s.Done,
		Manifest:   s.Manifest,
		Started:    m.in.Spec.Started,
		Limits:     m.limits(),
		Written:    m.written,

		ExecutionArn: m.in.Spec.Run.Origin.ID,
		Common:       m.items,
	}
	d.ExecutionsTotal, d.PendingFrom = d.Executions.Total(), s.Tally.Total
	if len(s.Backlog) > 0 {
		d.PendingFrom = s.Backlog[0].First
	}
	if s.Ref != nil {
		d.Staging = s.Ref.Staging
	}
	if m.ended != "" {
		d.Status = m.ended
	}
	for _, r := range s.Running {
		shard := wire.RunningShard{Number: r.Number, Items: r.Items, First: r.First, Share: r.held(), Executions: m.need(r.waitingShard)}
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
	// What has not ended and does not run is pending.
	d.Items.Pending = max(d.Total-d.Items.Ended()-d.Running, 0)
	return d
}

// endedItems gives items of shards that have ended, when the run keeps them.
func (m *mapRun) endedItems(wish wire.ItemsWish) (told wire.ShardItems, err error) {
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
	} {
		fmt.Fprintf(&b, "| %s | %d |\n", row.name, row.count)
	}
	if d.Manifest != "" {
		fmt.Fprintf(&b, "\nResults: `%s`\n", d.Manifest)
	}
	return b.String()
}
