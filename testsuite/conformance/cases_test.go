package conformance_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/stretchr/testify/require"
)

// runtimes are all that a case runs on.
var runtimes = []conformance.Runtime{
	{Name: "virtual", Run: conformance.Virtual},
	{Name: "express", Run: conformance.Express, RealClock: true},
	{Name: "durable", Run: conformance.Durable},
}

func TestCases(t *testing.T) {
	cases, err := conformance.Load("cases/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, r := range runtimes {
		t.Run(r.Name, func(t *testing.T) {
			for _, c := range cases {
				if _, without := c.Without[r.Name]; without {
					continue // the case gives the reason
				}
				p, diagnostics := translator.Translate(c.Machine, translator.Named(c.Name), translator.OfType(c.Type))
				run := sync.OnceValues(func() (conformance.Result, error) {
					ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
					defer cancel()
					return r.Run(ctx, &c, p)
				})
				if r.RealClock && p != nil {
					go run()
				}
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					if c.Diagnostics != nil {
						require.Equal(t, c.Diagnostics, places(c.Machine, diagnostics), translator.Report(c.Machine, diagnostics))
						return
					}
					require.False(t, diagnostics.HasErrors(), translator.Report(c.Machine, diagnostics))
					result, err := run()
					require.NoError(t, err)
					if d := c.Difference(result); d != "" {
						t.Error(d)
					}
				})
			}
		})
	}
}

// places gives diagnostics as cases assert them: CODE line:column.
func places(text string, diagnostics source.Diagnostics) (lines []string) {
	named := source.NewText("", text)
	for _, d := range diagnostics {
		p := named.Position(d.Span.Start)
		lines = append(lines, fmt.Sprintf("%s %d:%d", d.Code, p.Line, p.Column))
	}
	return lines
}
