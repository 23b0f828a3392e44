package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// widest is the number of Calls of a wave at most: of the first ones, as long
	// as nobody knows how long they take, less.
	widest      = 500
	widestFirst = 50
	// quick is how long a Call may take for waves to keep their full width;
	// from slow on, each Call has an activity of its own. In between the width
	// falls as the duration rises.
	quick = 200 * time.Millisecond
	slow  = time.Second
	// waveBytes is what the Calls of a wave amount to; a larger Call goes alone.
	waveBytes = 256 << 10
)

// waves are the Calls of one integration on their way: those that wait for a
// wave, in order, and how wide the next wave is.
type waves struct {
	integration string
	edition     int
	calls       []waveCall
	held        heldCalls
	suspects    suspects
	// duration is how long Calls have taken lately.
	duration time.Duration
	ctx      workflow.Context
	stop     workflow.CancelFunc
}

type waveCall struct {
	item   *packedItem
	effect machine.Effect
	again  bool // it follows one that failed
	// held is since when it waits for whom it calls, waited how long it has by
	// the time that it goes out; zero when it does not.
	held   time.Time
	waited time.Duration
	// suspicion tells that it was under way when workers were lost, lost how often
	// that was when it had been blamed for it already.
	suspicion suspicion
	lost      int
}

func (p *packed) wavesOf(integration string) *waves {
	for _, w := range p.waves {
		if w.integration == integration {
			return w
		}
	}
	w := &waves{integration: integration, edition: p.shard.in.Edition}
	w.ctx, w.stop = workflow.WithCancel(p.shard.ctx)
	p.waves = append(p.waves, w)
	return w
}

// width gives how many Calls the next wave holds at most.
func (w *waves) width() int {
	most := widest
	if w.edition < wire.Wide || w.duration == 0 {
		most = widestFirst
	}
	switch {
	case w.duration <= quick:
		return most
	case w.duration > slow:
		return 1
	}
	return int(time.Duration(most) * quick / w.duration)
}

// saw takes in how long the slowest Call of a wave took. Durations fade, so
// that one outlier does not keep waves narrow.
func (w *waves) saw(slowest time.Duration) { w.duration = (w.duration + slowest) / 2 }

// send sends waves while there are Calls and places for them.
func (w *waves) send(p *packed) {
	w.sendHeld(p)
	w.sendSuspects(p)
	for p.flying < inFlight && !w.held.shut {
		batch, bytes := w.next()
		if len(batch) == 0 {
			return
		}
		p.shard.budget.spendBeside(p.shard.ctx, bytes, len(batch)*commandBytes/2)
		w.start(p, batch)
	}
}

// next takes the Calls of the next wave that are still wanted.
func (w *waves) next() (batch []waveCall, bytes int) {
	for len(w.calls) > 0 && len(batch) < w.width() {
		call := w.calls[0]
		size := callBytes(call.effect.Call)
		if len(batch) > 0 && bytes+size > waveBytes {
			break
		}
		w.calls = w.calls[1:]
		if call.item.wants(call.effect.ID) {
			batch = append(batch, call)
			bytes += size
		}
	}
	return batch, bytes
}

func (w *waves) start(p *packed, batch []waveCall) {
	p.waved++
	wave := wire.Wave{Tasks: make([]wire.Task, len(batch)), Concurrency: len(batch), Number: p.waved}
	longest := *batch[0].effect.Call
	for i, call := range batch {
		wave.Tasks[i] = wire.Task{
			Call:      *call.effect.Call,
			State:     call.effect.State,
			Execution: call.item.origin.ID,
			Effect:    call.effect.ID,
			Again:     call.again,
			Waited:    call.waited,
		}
		// The wave ends with its longest Call; 0 is no bound.
		if t := call.effect.Call.TimeoutSeconds; t == 0 || longest.TimeoutSeconds > 0 && t > longest.TimeoutSeconds {
			longest.TimeoutSeconds = t
		}
	}
	longest.HeartbeatSeconds = 0
	options := taskOptions(&longest, waveSummary(batch))
	if batch[0].suspicion != unsuspected {
		wave.Suspect, wave.Lost = true, batch[0].lost
	}
	options.StartToCloseTimeout += suspectMargin
	options.WaitForCancellation = false
	ctx := workflow.WithActivityOptions(w.ctx, options)
	p.flying++
	p.shard.flights.add(workflow.ExecuteActivity(ctx, wire.WaveActivity, wave), func(f workflow.Future) {
		p.flying--
		var result wire.WaveResult
		err := get(ctx, f, &result)
		p.complete(wave.Number, &result)
		w.landed(p, batch, result, err)
	})
}

// complete adds to the result of a wave the outcomes that went ahead of it.
func (p *packed) complete(number int, result *wire.WaveResult) {
	var rest wire.WaveRest
	for p.ahead.ReceiveAsync(&rest) {
		p.told[rest.Number] = append(p.told[rest.Number], rest.Done...)
		rest = wire.WaveRest{}
	}
	for _, one := range p.told[number] {
		if one.Place < len(result.Outcomes) && result.Outcomes[one.Place] == nil {
			result.Outcomes[one.Place] = &one.Outcome
		}
	}
	delete(p.told, number)
}

// landed hands the outcomes of a wave to its items. Calls that were not started
// go into the next wave, before all others.
func (w *waves) landed(p *packed, batch []waveCall, result wire.WaveResult, err error) {
	var back, held []waveCall
	suspected := batch[0].suspicion != unsuspected
	tried := !batch[0].held.IsZero() && !suspected
	if err == nil && (result.Lost == 0 || result.Slowest > 0) {
		w.saw(result.Slowest)
		if !started(result) && len(result.Held) == 0 {
			err = errIdleWave
		}
	}
	for i, call := range batch {
		if !call.item.wants(call.effect.ID) {
			continue
		}
		outcome := machine.Outcome{}
		switch {
		case err != nil:
			outcome = taskOutcome(err)
		case slices.Contains(result.Held, i):
			held = append(held, call)
			continue
		case i >= len(result.Outcomes) || result.Outcomes[i] == nil:
			back = append(back, call)
			continue
		default:
			outcome = *result.Outcomes[i]
			if result.Lost > 0 && call.suspicion == alone {
				if call.item.blamed == nil {
					call.item.blamed = map[string]bool{}
				}
				call.item.blamed[call.effect.State] = true
			}
		}
		p.resume(packedArrival{call.item, call.effect.ID, outcome})
	}
	now := workflow.Now(p.shard.ctx)
	switch {
	case suspected:
		w.suspects.took(now, back, held, result)
		held = nil
	case result.Lost > 0:
		w.suspects.add(back)
	default:
		w.calls = append(back, w.calls...)
	}
	if !suspected {
		w.held.took(now, held, result, tried)
	}
	if result.Hold > 0 {
		p.shard.hold(now.Add(result.Hold))
	}
}

// errIdleWave keeps a wave that starts nothing from being sent for ever.
var errIdleWave = fmt.Errorf("a wave of Calls came back without having started one")

func started(result wire.WaveResult) bool {
	for _, outcome := range result.Outcomes {
		if outcome != nil {
			return true
		}
	}
	return false
}

// waveSummary says for people what the wave is: its states in order, and how
// many Calls.
func waveSummary(batch []waveCall) string {
	name := batch[0].effect.State
	for _, call := range batch {
		if call.effect.State != name {
			name += ", ..."
			break
		}
	}
	if len(batch) == 1 {
		name += " of " + itemSummary(batch[0].item.item)
	} else {
		name += fmt.Sprintf(" of %d items", len(batch))
	}
	if batch[0].suspicion != unsuspected {
		name += ", after lost workers"
	}
	return name
}
