package activities

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// writePatience is how long the records of a shard's workflow wait for letters to
// be put; the activity then begins anew.
const writePatience = 2 * time.Minute

// dead reports that an execution gets a letter: it failed or timed out. One that
// was stopped, or never started, did nothing wrong.
func (m *Maps) dead(e wire.Ended) bool {
	return m.DeadLetters != nil && (e.Status == machine.Failed || e.Status == machine.TimedOut)
}

// letter tells of an execution that is dead, with the number of its items.
func (r *mapRun) letter(x results.Execution, items int64) deadletters.Letter {
	input := x.Input.String()
	l := deadletters.Letter{
		Key:                x.Origin.ID,
		ExecutionArn:       x.Origin.ID,
		Name:               x.Origin.Name,
		StateMachineArn:    x.Origin.StateMachineID,
		MapRunArn:          r.spec.Run.MapRunArn,
		ParentExecutionArn: r.spec.Run.Origin.ID,
		FirstItem:          x.First,
		Items:              items,
		Input:              &input,
		InputDetails:       deadletters.InputDetails{Source: r.source.Origin()},
		Status:             string(x.Ended.Status),
		RedriveCount:       x.Redrives,
		StartDate:          x.Ended.Started.UTC(),
		StopDate:           x.Ended.Stopped.UTC(),
	}
	if x.Input.IsAbsent() {
		l.Input = nil
	}
	if f := x.Ended.Failure; f != nil {
		l.Error, l.Cause = f.Error.Text(), f.Cause.Text()
	}
	return l
}

// post puts letters into the box. While that is away it is tried again and again,
// until patience is over, or somebody stops it.
func (m *Maps) post(ctx context.Context, letters []deadletters.Letter, patience time.Duration, stop <-chan struct{}) error {
	enough := time.Now().Add(patience)
	for pause := m.Pause; len(letters) > 0; pause = min(2*pause, longestPause) {
		rest, err := m.DeadLetters.Put(ctx, letters)
		if m.Lettered != nil {
			m.Lettered(int64(len(letters) - len(rest)))
		}
		letters = rest
		if err == nil || definite(err) != nil || time.Now().After(enough) {
			return err
		}
		m.Log.Warn("dead letters cannot be put now", "to", m.DeadLetters.String(), "letters", len(letters), "again", pause, "error", err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		case <-stop:
			return err
		}
	}
	return nil
}

// keepLetter keeps the letter of an execution that is dead until the records
// beside it are written. It needs the lock.
func (r *shardRun) keepLetter(x results.Execution, items int64) {
	if r.maps.dead(x.Ended) {
		r.letters = append(r.letters, r.run.letter(x, items))
		r.letterBytes += deadletters.Size(r.letters[len(r.letters)-1:])
	}
}

// takeLetters gives the letters that are kept. It needs the lock.
func (r *shardRun) takeLetters() []deadletters.Letter {
	letters := r.letters
	r.letters, r.letterBytes = nil, 0
	return letters
}
