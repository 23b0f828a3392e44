package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// A wave comes back after so many lost workers; a suspect that was alone ends with
// its verdict after blamedAfter.
const (
	lossesOfAWave    = 2
	lossesOfSuspects = 1
)

// waveCare is what an attempt at a wave knows of earlier ones that were lost with
// their worker, and what it tells the next one.
type waveCare struct {
	suspects, alone bool
	// blamed is how many losses the Call has behind it for which it was blamed.
	blamed, lost int
	tells        wire.WaveLosses
}

// waveCareOf takes in what the attempts before this one have told.
func waveCareOf(input wire.Wave, told wire.WaveLosses, attempt int) (c waveCare) {
	if attempt == 1 {
		told = wire.WaveLosses{} // somebody has reset the activity
	}
	c = waveCare{suspects: input.Suspect, alone: input.Suspect && len(input.Tasks) == 1, blamed: input.Lost, tells: told}
	if c.suspects {
		if told.Under {
			c.tells.Lost++
		}
		c.lost, c.tells.Under = c.tells.Lost, false
		return c
	}
	c.tells.Excused = min(told.Excused, attempt-1)
	c.lost = attempt - 1 - c.tells.Excused
	return c
}

// enough reports that the Calls are not to be made again by this wave.
func (c waveCare) enough() bool {
	switch {
	case c.alone:
		return c.blamed+c.lost >= blamedAfter
	case c.suspects:
		return c.lost >= lossesOfSuspects
	}
	return c.lost >= lossesOfAWave
}

// last reports whether the next loss is the one that the Call is blamed for.
func (c waveCare) last() bool { return c.alone && c.blamed+c.lost == blamedAfter-1 }

// excused is what an attempt tells that comes to an end of its own.
func (c waveCare) excused() wire.WaveLosses {
	l := c.tells
	l.Under = false
	l.Excused++
	return l
}

// giveUp is the result of a wave that is not to make its Calls again: those that
// have ended are known, and the verdict on a suspect that was alone.
func (v *wave) giveUp(ctx context.Context, c waveCare) wire.WaveResult {
	losses := c.blamed + c.lost
	if !c.alone {
		logger(ctx).Warn("workers were lost while a wave ran; its calls are made apart from others", "calls", len(v.tasks), "lost", losses)
		return wire.WaveResult{Outcomes: v.outcomes, Lost: losses}
	}
	logger(ctx).Error("an item takes its worker down; its task fails", attributes(place(v.tasks[0]), "lost", losses)...)
	failure := verdictOnCall(losses, c.tells.Began)
	outcome := machine.Outcome{Failure: &failure}
	for range c.lost - 1 { // Retry pays for them as it does elsewhere
		outcome.Attempts = append(outcome.Attempts, machine.Attempt{Failure: lost})
	}
	v.put(0, outcome)
	return wire.WaveResult{Outcomes: v.outcomes, Lost: losses}
}

// verdictOnCall is how a Call ends that is to blame for the loss of workers, the last
// of them when it was made at a time.
func verdictOnCall(losses int, last time.Time) machine.Failure {
	return machine.Fault(machine.ErrorTimeout, fmt.Sprintf(
		"The worker was lost %d times while this task ran apart from others, at last when it was called at %s. It was not called again: it seems to take the worker's process down, by memory that it needs or by a crash. Look at how the worker's process ended then (out of memory, exit code, last lines), mend that, and redrive.",
		losses, last.UTC().Format(time.RFC3339)))
}
