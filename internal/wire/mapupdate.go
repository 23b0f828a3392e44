package wire

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// MapRunUpdate changes a Map Run that is under way: AWS's UpdateMapRun, and what
// AWS lacks. What is nil stays as it is.
type MapRunUpdate struct {
	// MaxConcurrency is how many executions may run at once; 0 asks for as many
	// as there may be, and so does more than that ([machine.MapConcurrency]).
	MaxConcurrency *int64 `json:"maxConcurrency,omitempty"`
	// ToleratedFailureCount and ToleratedFailurePercentage (0 to 100) are the
	// thresholds, each of which holds from then on.
	ToleratedFailureCount      *int64   `json:"toleratedFailureCount,omitempty"`
	ToleratedFailurePercentage *float64 `json:"toleratedFailurePercentage,omitempty"`
	// RateLimit is how many items may be started per second; 0 takes the limit
	// away.
	RateLimit *float64 `json:"rateLimit,omitempty"`
	// Paused lets no further item start, or lets them start again.
	Paused *bool `json:"paused,omitempty"`
	// Redrive puts the items that have not succeeded so far back, to be run again
	// while the run goes on: at once those of shards that have ended, once they end
	// those of shards that run.
	Redrive bool `json:"redrive,omitempty"`
	// Stop ends the run: its status becomes ABORTED, its state fails like this.
	Stop *machine.Failure `json:"stop,omitempty"`
}

// ValidationError is a refusal in AWS's words (AWS API, ValidationException).
type ValidationError struct {
	// Reason is one of AWS's, "" for none.
	Reason string
	Text   string
}

// The reasons of a [ValidationError] (AWS API, ValidationException).
const (
	CompletedReason = "CANNOT_UPDATE_COMPLETED_MAP_RUN"
	MissingReason   = "MISSING_REQUIRED_PARAMETER"
)

// NothingToRedrive is the beginning of the text that refuses an update with
// Redrive.
const NothingToRedrive = "The Map Run has no items that did not succeed and can be redriven"

// ValidationException is the name of a ValidationError on AWS, and the type of
// the error with which a Map Run refuses an update.
const ValidationException = "ValidationException"

// Error gives the text, and the reason after it.
func (e *ValidationError) Error() string {
	if e.Reason == "" {
		return e.Text
	}
	return e.Text + " (reason: " + e.Reason + ")"
}

// smallestRate is the least number of items per second: one in an hour.
const smallestRate = 1.0 / 3600

// Check gives the [ValidationError] of an update that no Map Run can follow.
func (u MapRunUpdate) Check() error {
	if u == (MapRunUpdate{}) {
		return &ValidationError{MissingReason, "At least one of maxConcurrency, toleratedFailureCount and toleratedFailurePercentage must be specified"}
	}
	var faults []string
	fault := func(value any, at, constraint string) {
		faults = append(faults, fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: Member must have value %s", value, at, constraint))
	}
	if n := u.MaxConcurrency; n != nil {
		switch {
		case *n < 0:
			fault(*n, "maxConcurrency", "greater than or equal to 0")
		case *n > math.MaxInt32: // AWS API: an Integer
			fault(*n, "maxConcurrency", fmt.Sprintf("less than or equal to %d", math.MaxInt32))
		}
	}
	if n := u.ToleratedFailureCount; n != nil && *n < 0 {
		fault(*n, "toleratedFailureCount", "greater than or equal to 0")
	}
	if p := u.ToleratedFailurePercentage; p != nil {
		switch {
		case math.IsNaN(*p) || *p < 0:
			fault(*p, "toleratedFailurePercentage", "greater than or equal to 0")
		case *p > 100:
			fault(*p, "toleratedFailurePercentage", "less than or equal to 100")
		}
	}
	if r := u.RateLimit; r != nil && *r != 0 && (math.IsNaN(*r) || math.IsInf(*r, 0) || *r < smallestRate) {
		fault(*r, "rateLimit", "of 0, or greater than or equal to one in an hour")
	}
	switch len(faults) {
	case 0:
		return nil
	case 1:
		return &ValidationError{Text: "1 validation error detected: " + faults[0]}
	}
	return &ValidationError{Text: fmt.Sprintf("%d validation errors detected: %s", len(faults), strings.Join(faults, "; "))}
}

// MapRunLimits are the limits of a Map Run as they stand.
type MapRunLimits struct {
	// MaxConcurrency is at least 1.
	MaxConcurrency int64             `json:"maxConcurrency"`
	Tolerance      machine.Tolerance `json:"tolerance"`
	// RateLimit is how many items may be started per second, 0 for any number.
	RateLimit float64 `json:"rateLimit,omitempty"`
	Paused    bool    `json:"paused,omitempty"`
}

// With gives the limits after an update that [MapRunUpdate.Check] lets pass.
func (l MapRunLimits) With(u MapRunUpdate) MapRunLimits {
	if u.MaxConcurrency != nil {
		l.MaxConcurrency = machine.MapConcurrency(*u.MaxConcurrency)
	}
	if u.ToleratedFailureCount != nil {
		l.Tolerance.Count, l.Tolerance.HasCount = *u.ToleratedFailureCount, true
	}
	if u.ToleratedFailurePercentage != nil {
		l.Tolerance.Percentage, l.Tolerance.HasPercentage = *u.ToleratedFailurePercentage, true
	}
	if u.RateLimit != nil {
		l.RateLimit = *u.RateLimit
	}
	if u.Paused != nil {
		l.Paused = *u.Paused
	}
	return l
}

// ShardLimits are what a running shard has to keep to from now on, instead of
// what its input says.
type ShardLimits struct {
	Number int `json:"number"`
	// Order rises with each change: of two the higher one holds. A [ShardInput]
	// has the order 0.
	Order int `json:"order"`
	// Share is how many items may run at once; 0 lets none start. Those above it
	// that run go on to their end.
	Share int64 `json:"share"`
	// Tell asks for [HeldReport]s: as far as the Map Run knows, more run.
	Tell bool `json:"tell,omitempty"`
	// Tolerate is as in [ShardInput].
	Tolerate int64 `json:"tolerate"`
	// Rate paces the start of items. A Next that is zero leaves the shard's own.
	Rate machine.Rate `json:"rate,omitzero"`
}

// HeldReport tells a Map Run how many items of a shard still run of those that
// ran when it was told to run fewer, by the order of those [ShardLimits].
type HeldReport struct {
	Number  int   `json:"number"`
	Order   int   `json:"order"`
	Running int64 `json:"running"`
}

// ShardItems are items of a running shard for those who look in.
type ShardItems struct {
	// Items are those that run, and those that have ended and that no part file
	// names yet, in order.
	Items []ShardItem `json:"items"`
	// Pending tells that items have not been started; these are all from the index
	// PendingFrom on to the end of the shard, or from its beginning for 0.
	Pending     bool  `json:"pending,omitempty"`
	PendingFrom int64 `json:"pendingFrom,omitempty"`
}

// ItemsWish asks for so many items of a category.
type ItemsWish struct {
	Category Category `json:"category"`
	Limit    int      `json:"limit"`
}

// ShardItem is an item, or a batch. Error and Cause are cut short.
type ShardItem struct {
	First  int64          `json:"first"`
	Items  int64          `json:"items"`
	Status machine.Status `json:"status"`
	// Lasting tells that it did not succeed and cannot be redriven.
	Lasting bool      `json:"lasting,omitempty"`
	Error   string    `json:"error,omitempty"`
	Cause   string    `json:"cause,omitempty"`
	Started time.Time `json:"started,omitzero"`
	Stopped time.Time `json:"stopped,omitzero"`
	// Redrives is how often it was redriven.
	Redrives int `json:"redrives,omitempty"`
}
