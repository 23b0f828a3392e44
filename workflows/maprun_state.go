package workflows

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// mapRunState is all that a Map Run remembers: plain data that crosses
// continue-as-new. Its size grows by a few bytes a shard that has ended, and
// with the window; not with the source.
type mapRunState struct {
	// Ref is how shards find the spec; nil until the first page is planned.
	Ref *wire.SpecRef `json:"ref,omitempty"`
	// Page is the number of the next page to plan, Cursor where it begins.
	Page   int          `json:"page"`
	Cursor *wire.Cursor `json:"cursor,omitempty"`
	// Backlog are planned shards that have not been started, in order.
	Backlog []waitingShard `json:"backlog,omitempty"`
	// Running are those that have been started and have not reported.
	Running []*runningShard `json:"running,omitempty"`
	// Skipped are shards that ended without having run, or what such ones have left.
	Skipped []waitingShard `json:"skipped,omitempty"`
	// SkippedExecutions is how many executions these have at most.
	SkippedExecutions int64 `json:"skippedExecutions,omitempty"`
	// Shards is the number of shards planned, Done of those that have run.
	Shards int   `json:"shards"`
	Done   int   `json:"done"`
	Tally  tally `json:"tally"`
	// Extra is how many shards have a number beside those that were planned.
	Extra int `json:"extra,omitempty"`
	// Rest are the executions of shards that have ended that can be redriven, Again
	// those of them that wait for their redrive. Lasting and LastingExecutions are
	// those in the tally that did not succeed and cannot be.
	Rest              restQueue   `json:"rest,omitzero"`
	Again             restQueue   `json:"again,omitzero"`
	Lasting           wire.Counts `json:"lasting,omitzero"`
	LastingExecutions wire.Counts `json:"lastingExecutions,omitzero"`
	// Unsaved are records that could not be written, UnsavedBytes about their size.
	Unsaved      []unsavedRecords `json:"unsaved,omitempty"`
	UnsavedBytes int              `json:"unsavedBytes,omitempty"`
	// Limits are those of the last update, nil before the first one.
	Limits *wire.MapRunLimits `json:"limits,omitempty"`
	// Turn is when the next shard may start its first item under a rate limit,
	// Debts until when shards that have ended have taken up their parts of it.
	Turn  time.Time   `json:"turn,omitzero"`
	Debts []time.Time `json:"debts,omitempty"`
	// GaveUp tells that a shard has left items because too many had failed.
	GaveUp bool `json:"gaveUp,omitempty"`
	// Parts are the part files of the shards that have ended; Records stand
	// instead in a run without staging.
	Parts   wire.Parts    `json:"parts,omitempty"`
	Records []wire.Record `json:"records,omitempty"`
	// RecordBytes is the size of the outputs in Records.
	RecordBytes int `json:"recordBytes,omitempty"`
	// Ending is set when the run is to end before its items have.
	Ending *mapRunEnding `json:"ending,omitempty"`
	// Manifest is known at the end.
	Manifest string `json:"manifest,omitempty"`
}

// mapRunEnding is why a Map Run ends early.
type mapRunEnding struct {
	Status  machine.Status  `json:"status"`
	Failure machine.Failure `json:"failure"`
	// Unreadable tells that what has not been planned cannot be.
	Unreadable bool `json:"unreadable,omitempty"`
	// FieldsFault is as in [wire.ShardResult].
	FieldsFault bool `json:"fieldsFault,omitempty"`
}

// waitingShard is a planned shard.
type waitingShard struct {
	Number int         `json:"number"`
	Page   int         `json:"page"`
	Place  int         `json:"place"`
	Items  int64       `json:"items"`
	First  int64       `json:"first"`
	Inline *wire.Shard `json:"inline,omitempty"`
	// Only and Rest are as in [wire.ShardRef]. Redriven counts the executions of a
	// shard that has nothing else than such as are redriven.
	Only     []wire.Stretch  `json:"only,omitempty"`
	Rest     []wire.RestPart `json:"rest,omitempty"`
	Redriven restCount       `json:"redriven,omitzero"`
}

// runningShard is a shard that has been started.
type runningShard struct {
	waitingShard
	// Share is how many of its items may run at once.
	Share int64 `json:"share"`
	// Held is how many may still run from when its share was larger; less than
	// Share is the same as none.
	Held int64 `json:"held,omitempty"`
	// Tolerate and Rate are as in [wire.ShardLimits]. Order is that of its latest
	// ones; Untold tells that it has not heard of them.
	Tolerate int64        `json:"tolerate,omitempty"`
	Rate     machine.Rate `json:"rate,omitzero"`
	Order    int          `json:"order,omitempty"`
	Untold   bool         `json:"untold,omitempty"`
	// Failed is the number of failures it has told of so far.
	Failed int64 `json:"failed,omitempty"`
	// Started tells that its workflow is known to exist. Shards without it do
	// not cross continue-as-new.
	Started bool `json:"started"`
	// Again puts its executions that did not succeed back when it ends; Forgiven is
	// how many failures it had told of when that was asked for.
	Again    bool  `json:"again,omitempty"`
	Forgiven int64 `json:"forgiven,omitempty"`
}

// failing gives the failures of the shard that count.
func (r *runningShard) failing() int64 { return max(r.Failed-r.Forgiven, 0) }

// summary says for people what the shard is.
func (s *waitingShard) summary() string {
	switch {
	case s.Redriven.Executions > 0:
		return fmt.Sprintf("%d items again, from %d", s.Items, s.First)
	case s.Only != nil:
		return fmt.Sprintf("%d items of those from %d", s.Items, s.First)
	case s.Items == 1:
		return fmt.Sprintf("item %d", s.First)
	}
	return fmt.Sprintf("items %d-%d", s.First, s.First+s.Items-1)
}

// loadMapRunState gives the state that an earlier run left, or that of a run
// that begins.
func loadMapRunState(in wire.MapRun) (mapRunState, error) {
	var s mapRunState
	if in.Progress == nil {
		return s, nil
	}
	if err := json.Unmarshal([]byte(in.Progress.String()), &s); err != nil {
		return s, fmt.Errorf("the progress of a Map Run cannot be read: %w", err)
	}
	return s, nil
}

// text gives the state as it travels.
func (s *mapRunState) text() (*wire.Text, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("the progress of a Map Run cannot be written: %w", err)
	}
	text := wire.PlainText(string(content))
	return &text, nil
}

// planned takes a page into the backlog.
func (s *mapRunState) planned(plan wire.Plan) {
	s.Ref = &plan.Ref
	for place, items := range plan.Sizes {
		shard := waitingShard{
			Number: plan.FirstShard + s.Extra + place,
			Page:   s.Page,
			Place:  place,
			Items:  items,
			First:  s.Tally.Total,
		}
		if place < len(plan.Inline) {
			shard.Inline = &plan.Inline[place]
		}
		s.Tally.Total += items
		s.Backlog = append(s.Backlog, shard)
	}
	s.Shards += len(plan.Sizes)
	s.Page++
	s.Cursor = plan.Next
	s.Tally.Final = plan.Next == nil
}

// ref names a shard to those who run it.
func (s *mapRunState) ref(shard waitingShard) wire.ShardRef {
	return wire.ShardRef{
		Spec:   *s.Ref,
		Number: shard.Number,
		Page:   shard.Page,
		Place:  shard.Place,
		Inline: shard.Inline,
		Rest:   shard.Rest,
		Only:   shard.Only,
	}
}

// end takes a shard out of those that run; nil when it is not among them, so
// that what is told twice counts once.
func (s *mapRunState) end(number int) *runningShard {
	i := s.place(number)
	if i < 0 {
		return nil
	}
	shard := s.Running[i]
	s.Running = slices.Delete(s.Running, i, i+1)
	return shard
}

// find gives a running shard, nil when there is none of this number.
func (s *mapRunState) find(number int) *runningShard {
	if i := s.place(number); i >= 0 {
		return s.Running[i]
	}
	return nil
}

func (s *mapRunState) place(number int) int {
	return slices.IndexFunc(s.Running, func(r *runningShard) bool { return r.Number == number })
}

// taken gives what the running shards have of MaxConcurrency.
func (s *mapRunState) taken(limits restLimits) taken {
	t := taken{shards: int64(len(s.Running))}
	for _, r := range s.Running {
		t.share += r.held()
	}
	if s.Tally.Final {
		t.left = int64(len(s.Backlog)) + s.Again.shards(limits)
	}
	return t
}

// failing gives the number of failures in running shards as far as known.
func (s *mapRunState) failing() (n int64) {
	for _, r := range s.Running {
		n += r.failing()
	}
	return n
}

// pending gives the shards that have not run, by number.
func (s *mapRunState) pending() []wire.ShardRef {
	var refs []wire.ShardRef
	for _, shard := range slices.Concat(s.Skipped, s.Backlog) {
		refs = append(refs, s.ref(shard))
	}
	slices.SortFunc(refs, func(a, b wire.ShardRef) int { return a.Number - b.Number })
	return refs
}

// Planned gives how many items had been planned when a run of a Map Run's
// workflow began with this input.
func Planned(in wire.MapRun) (int64, error) {
	s, err := loadMapRunState(in)
	return s.Tally.Total, err
}
