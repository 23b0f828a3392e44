package main

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// guarding are the settings of what is done about failures beyond what
// definitions say.
type guarding struct {
	// deadLetters is the address for items that failed, or "".
	deadLetters string
	// breaker is off, wait or fail.
	breaker string
	// failures is a number, or a percentage with its sign.
	failures     string
	window, open time.Duration
	probes       int
	// errors are names, with commas between them.
	errors string
}

// What Tasks do while their circuit is open.
const (
	breakerOff  = "off"
	breakerWait = "wait"
	breakerFail = "fail"
)

// The defaults. docs/operations.md has the reasons.
const (
	defaultFailures = "10"
	defaultWindow   = 10 * time.Second
	defaultOpen     = 30 * time.Second
	defaultProbes   = 1
)

func (g *guarding) flags(f *flag.FlagSet) {
	f.StringVar(&g.deadLetters, "dead-letters", "", "s3://bucket/prefix, or `URL` or ARN of an SQS queue, for items of Distributed Maps that fail")
	f.StringVar(&g.breaker, "breaker", breakerOff, "what Tasks `do` while what they call fails: wait or fail; off for no circuit breaker")
	f.StringVar(&g.failures, "breaker-failures", defaultFailures, "`failures` that open a circuit: a number in a row, or a rate like 50%")
	f.DurationVar(&g.window, "breaker-window", defaultWindow, "how far back calls count for the rate of failures")
	f.DurationVar(&g.open, "breaker-open", defaultOpen, "how long an open circuit lets nothing through")
	f.IntVar(&g.probes, "breaker-probes", defaultProbes, "the `number` of calls that then have to succeed")
	f.StringVar(&g.errors, "breaker-errors", "", "`names` of further errors that count as failures, such as Lambda.Unknown,Billing.*")
}

// check judges the settings.
func (g *guarding) check() error {
	if g.deadLetters != "" {
		if _, err := deadletters.Parse(g.deadLetters); err != nil {
			return fmt.Errorf("%s (--dead-letters) is %q; it %w", deadletters.Setting, g.deadLetters, err)
		}
	}
	if g.breaker != breakerOff && g.breaker != breakerWait && g.breaker != breakerFail {
		return fmt.Errorf("--breaker is %q; it must be off, wait or fail", g.breaker)
	}
	if _, err := threshold(g.failures); err != nil {
		return err
	}
	for _, one := range []struct {
		name   string
		length time.Duration
	}{{"breaker-window", g.window}, {"breaker-open", g.open}} {
		if one.length < 10*time.Millisecond {
			return fmt.Errorf("--%s is %v; at least 10ms is needed", one.name, one.length)
		}
	}
	if g.probes < 1 {
		return fmt.Errorf("--breaker-probes is %d; at least 1 is needed", g.probes)
	}
	return nil
}

// threshold reads --breaker-failures.
func threshold(text string) (t breaker.Threshold, err error) {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || percent && n > 100 {
		return t, fmt.Errorf("--breaker-failures is %q; it must be a number from 1 on, or from 1%% to 100%%", text)
	}
	if percent {
		return breaker.Threshold{Percent: n}, nil
	}
	return breaker.Threshold{InARow: n}, nil
}

// circuits gives what keeps Tasks from what fails.
func (g *guarding) circuits(m *metrics) activities.Circuits {
	if g.breaker == breakerOff {
		return activities.Circuits{}
	}
	when, _ := threshold(g.failures) // it has been checked
	c := activities.Circuits{
		Group: breaker.New(breaker.Settings{
			Threshold: when, Window: g.window, Open: g.open, Probes: g.probes, Changed: m.circuitChanged(),
		}),
		Wait: g.breaker == breakerWait,
	}
	for name := range strings.SplitSeq(g.errors, ",") {
		if name = strings.TrimSpace(name); name != "" {
			c.Errors = append(c.Errors, name)
		}
	}
	return c
}

// letters gives the box for dead letters, nil for none.
func (g *guarding) letters(cloud *amazon) deadletters.Box {
	if g.deadLetters == "" {
		return nil
	}
	address, _ := deadletters.Parse(g.deadLetters) // it has been checked
	return deadletters.Open(address, objects.NewS3(cloud.s3), sqs.NewFromConfig(cloud.config))
}
