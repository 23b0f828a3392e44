package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// outcome is how a claim came out.
type outcome string

const (
	passed  outcome = "passed"
	failed  outcome = "failed"
	skipped outcome = "skipped"
)

// verdict is what became of one claim.
type verdict struct {
	claim
	outcome outcome
	// why is the reason of a skip, or what is wrong.
	why string
	// said are Stepwell's diagnostics.
	said source.Diagnostics
}

// judge translates a definition and compares with what is claimed of it.
func judge(c claim) verdict {
	_, said := translator.Translate(c.text)
	v := verdict{claim: c, outcome: failed, said: said}
	errors := slices.DeleteFunc(slices.Clone(said), func(d source.Diagnostic) bool { return d.Severity != source.Error })
	switch {
	case c.valid && len(errors) == 0:
		v.outcome = passed
	case c.valid:
		v.why = "is refused"
		if row := contradicted(c); row != nil {
			v.outcome, v.why = skipped, fmt.Sprintf("AWS refuses it: %s (%s)", row.reason, row.evidence)
		}
	case len(errors) == 0:
		v.why = "is accepted; the reason to refuse it: " + c.reason
		if row := overstrict(c); row != nil {
			v.outcome, v.why = skipped, fmt.Sprintf("AWS accepts it: %s (%s)", row.reason, row.evidence)
		}
	default:
		if unmet := unnamed(c, errors); unmet != "" {
			v.why = "is refused, but no error names this: " + unmet
		} else {
			v.outcome = passed
		}
	}
	return v
}

type verdicts []verdict

func (vs verdicts) count(o outcome) (n int) {
	for _, v := range vs {
		if v.outcome == o {
			n++
		}
	}
	return n
}

// write tells what failed with its diagnostics, what was skipped by its reason,
// and the counts in the last line.
func (vs verdicts) write(w io.Writer, verbose bool) {
	for _, v := range vs {
		switch {
		case v.outcome == failed:
			fmt.Fprintf(w, "FAIL %s %s\n%s", v.file, v.why, translator.Report(v.text, v.said, translator.Named(v.file)))
		case verbose && v.outcome == skipped:
			fmt.Fprintf(w, "skip %s: %s\n", v.file, v.why)
		case verbose:
			fmt.Fprintf(w, "ok   %s\n", v.file)
			for _, d := range v.said {
				fmt.Fprintf(w, "       %s %s %s: %s\n", d.Severity, d.Code, d.Path, d.Summary)
			}
		}
	}
	for _, s := range vs.skips() {
		fmt.Fprintf(w, "skipped %d: %s\n", s.count, s.reason)
	}
	fmt.Fprintf(w, "definitions: %d passed, %d failed, %d skipped\n", vs.count(passed), vs.count(failed), vs.count(skipped))
}

// skip is how often a reason came up.
type skip struct {
	reason string
	count  int
}

// skips gives the reasons in the order in which they came up first.
func (vs verdicts) skips() []skip {
	var all []skip
	for _, v := range vs {
		if v.outcome != skipped {
			continue
		}
		i := slices.IndexFunc(all, func(s skip) bool { return s.reason == v.why })
		if i < 0 {
			i = len(all)
			all = append(all, skip{reason: v.why})
		}
		all[i].count++
	}
	return all
}
