package check_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/check"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// hostile are definitions of n parts that a careless rule would compare each
// with each.
var hostile = map[string]func(n int) string{
	"templates": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{` + repeat(n, `"k%d.$":"$.x","k%[1]d":1`) + `},"End":true}}}`
	},
	"one name twice": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{` + repeat(n, `"k.$":"$.x","k":1`) + `},"End":true}}}`
	},
	"unknown fields": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Task",` + repeat(n, `"Retrys%d":1`) + `}}}`
	},
	"fields again": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Pass",` + repeat(n, `"Comment":"c"`) + `,` + repeat(n, `"u%d":1`) + `}}}`
	},
	"states": func(n int) string {
		return `{"StartAt":"S0","States":{` + repeat(n, `"S%d":{"Type":"Pass","Next":"T%[1]d"}`) + `}}`
	},
	"states of one name": func(n int) string {
		return `{"StartAt":"S","States":{` + repeat(n, `"S":{"Type":"Pass","Next":"S"}`) + `}}`
	},
	"chain": func(n int) string {
		return `{"StartAt":"S0","States":{` + repeat(n, `"S%d":{"Type":"Parallel","Branches":[{"StartAt":"B%[1]d","States":{"B%[1]d":{"Type":"Pass","Assign":{"v":1},"End":true}}}],"Assign":{"v%[1]d":1},"Next":"S%[2]d"}`) + `}}`
	},
	"variables": func(n int) string {
		return `{"StartAt":"S0","States":{` + repeat(n, `"S%d":{"Type":"Parallel","Branches":[{"StartAt":"B%[1]d","States":{"B%[1]d":{"Type":"Pass","Assign":{"v%[1]d":1},"End":true}}}],"Assign":{"v%[1]d":1},"Next":"S%[2]d"}`) + `}}`
	},
	"nested": func(n int) string {
		depth := n / 50
		return `{"StartAt":"A","States":` + strings.Repeat(`{"A":{"Type":"Parallel","Assign":{"v":1},"Branches":[{"StartAt":"A","States":`, depth) + `{}` + strings.Repeat(`}]}}`, depth) + `}`
	},
	"rules": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[` + repeat(n, `{"Variable":"$.x","And":[{"Not":{}}],"Next":"B%d"}`) + `]}}}`
	},
	"errors": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Task","Catch":[` + repeat(n, `{"ErrorEquals":["States.Al%d","States.ALL"],"Next":"X%[1]d"}`) + `]}}}`
	},
	"headers": func(n int) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"}},"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaders":[` + repeat(n, `"h"`) + `]}}}}}`
	},
}

// repeat writes a part n times with its number and the next.
func repeat(n int, part string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part
		if strings.Contains(part, "%") {
			parts[i] = strings.SplitN(fmt.Sprintf(part+"\x00", i, i+1), "\x00", 2)[0]
		}
	}
	return strings.Join(parts, ",")
}

// TestCostGrowsWithTheText: sixteen times the text takes some sixteen times as
// long, not 256 times; the bound leaves room for a busy machine.
func TestCostGrowsWithTheText(t *testing.T) {
	const times, bound = 16, 128
	for name, write := range hostile {
		cost := func(n int) time.Duration {
			text := source.NewText(name, write(n))
			start := time.Now()
			def, _ := asl.Parse(text)
			check.Check(def, check.Options{})
			return time.Since(start)
		}
		// A busy machine can only make it look worse, so the best of some tries counts.
		const n, tries = 400, 8
		small, large := cost(n), cost(times*n)
		for try := 1; try < tries && large >= bound*small+20*time.Millisecond; try++ {
			small, large = min(small, cost(n)), min(large, cost(times*n))
		}
		t.Logf("%-20s %v %v, %.1f times", name, small, large, float64(large)/float64(small))
		assert.Less(t, large, bound*small+20*time.Millisecond, name)
	}
}
