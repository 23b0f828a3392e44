package recorded

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report is the outcome of a run over cases.
type Report struct {
	Runtime  string    `json:"runtime"`
	Passed   int       `json:"passed"`
	Failed   int       `json:"failed"`
	Skipped  int       `json:"skipped"`
	Outcomes []Outcome `json:"outcomes"`
}

// ReportOf counts outcomes.
func ReportOf(runtime string, outcomes []Outcome) Report {
	r := Report{Runtime: runtime, Outcomes: outcomes}
	for i := range outcomes {
		switch {
		case outcomes[i].Skipped != "":
			r.Skipped++
		case outcomes[i].Passed():
			r.Passed++
		default:
			r.Failed++
		}
	}
	return r
}

// Write writes the report for people: what failed with its first difference,
// what was skipped by reason, and the counts in the last line. With all, what
// passed comes first.
func (r *Report) Write(w io.Writer, all bool) error {
	var b strings.Builder
	reasons := map[string]int{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		switch {
		case o.Skipped != "":
			reasons[o.Skipped]++
			if all {
				fmt.Fprintf(&b, "skipped %s: %s\n", o.ID, o.Skipped)
			}
		case o.Passed() && all:
			fmt.Fprintf(&b, "passed  %s (%.2f s)\n", o.ID, o.Seconds)
		case !o.Passed():
			fmt.Fprintf(&b, "FAILED  %s\n", o.ID)
			for line := range strings.Lines(o.Difference.String()) {
				fmt.Fprintf(&b, "    %s\n", strings.TrimSuffix(line, "\n"))
			}
		}
	}
	for _, s := range byCount(reasons) {
		fmt.Fprintf(&b, "skipped %4d  %s\n", s.count, s.reason)
	}
	fmt.Fprintf(&b, "aws cases: %d passed, %d failed, %d skipped\n", r.Passed, r.Failed, r.Skipped)
	_, err := io.WriteString(w, b.String())
	return err
}

type skips struct {
	reason string
	count  int
}

func byCount(reasons map[string]int) (all []skips) {
	for reason, count := range reasons {
		all = append(all, skips{reason, count})
	}
	slices.SortFunc(all, func(a, b skips) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.reason, b.reason))
	})
	return all
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
