package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// jsonataCommand is the argument that asks for this comparison alone.
const jsonataCommand = "jsonata"

// runJSONata measures JSONata expressions here and, where Node and npm are
// present, in the reference implementation, and gives the exit code. Both
// sides compile each expression once, warm up, and count their best batch of
// evaluations of a document that has been read; they must agree on the result.
func runJSONata(ctx context.Context, arguments []string, out, log io.Writer) int {
	flags := flag.NewFlagSet("bench jsonata", flag.ContinueOnError)
	flags.SetOutput(log)
	folder := flags.String("out", "bench/out", "`folder` for jsonata.json")
	each := flags.Duration("each", 300*time.Millisecond, "how long to measure each expression, on each side")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil || flags.NArg() > 0 {
		return 2
	}
	small := os.Getenv("BENCH_SMALL") != ""
	if small {
		*each = min(*each, 10*time.Millisecond)
	}
	c, err := compareJSONata(ctx, *each, log)
	if err == nil {
		c.print(out)
		err = c.figures().write(filepath.Join(*folder, "jsonata.json"))
	}
	if err != nil {
		fmt.Fprintln(log, "bench:", err)
		return 1
	}
	if small {
		fmt.Fprintln(out, "BENCH_SMALL is set: nothing is judged, and no figure means anything.")
		return 0
	}
	missed := c.figures().missed()
	for _, f := range missed {
		fmt.Fprintf(log, "bench: missed: %s is %s, it must be %s\n", f.name, number(f.value), f.bound())
	}
	return min(len(missed), 1)
}

// jsonataComparison is what both sides have measured, case by case.
type jsonataComparison struct {
	ours []jsonataResult
	js   []jsonataResult // nil where there is no Node
}

func compareJSONata(ctx context.Context, each time.Duration, log io.Writer) (c jsonataComparison, err error) {
	documents := []string{jsonataLarge: jsonataDocument(100 << 10), jsonataSmall: jsonataDocument(1 << 10)}
	fmt.Fprintf(log, "JSONata, %d expressions ...\n", len(jsonataCases))
	if c.ours, err = measureJSONata(documents, each); err != nil {
		return c, err
	}
	folder, remove, err := installJSONata(ctx)
	if errors.Is(err, errNoJSONata) {
		fmt.Fprintf(log, "Nothing to compare with: %v.\n", err)
		return c, nil
	} else if err != nil {
		return c, err
	}
	defer remove()
	fmt.Fprintf(log, "jsonata-js %s on Node ...\n", jsonataVersion)
	if c.js, err = measureJS(ctx, folder, documents, each); err != nil {
		return c, err
	}
	return c, c.agree()
}

// measureJSONata measures the cases here.
func measureJSONata(documents []string, each time.Duration) (results []jsonataResult, err error) {
	inputs := make([]value.Value, len(documents))
	for i, text := range documents {
		if inputs[i], err = value.ParseString(text); err != nil {
			return nil, err
		}
	}
	for _, c := range jsonataCases {
		expression, err := jsonata.Compile(c.Text, jsonata.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		env := jsonata.Env{Input: inputs[c.Document]}
		result, err := expression.Evaluate(env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		ns := bestOf(each, func() { _, _ = expression.Evaluate(env) })
		results = append(results, jsonataResult{Name: c.Name, NS: ns, Result: result.String()})
	}
	return results, nil
}

// bestOf gives the nanoseconds of a run in the best batch; jsonata.js does the
// same.
func bestOf(each time.Duration, run func()) float64 {
	best, spent := math.Inf(1), time.Duration(0)
	for count, warm := 1, true; warm || spent < each; {
		start := time.Now()
		for range count {
			run()
		}
		elapsed := time.Since(start)
		switch {
		case warm && elapsed < each/10:
			count *= 2
			continue
		case !warm:
			best = min(best, float64(elapsed.Nanoseconds())/float64(count))
			spent += elapsed
		}
		warm = false
	}
	return best
}

// agree compares the results, since a wrong one is no achievement.
func (c jsonataComparison) agree() error {
	for i := range c.js {
		var ours, js any
		if err := errors.Join(json.Unmarshal([]byte(c.ours[i].Result), &ours), json.Unmarshal([]byte(c.js[i].Result), &js)); err != nil {
			return fmt.Errorf("%s: %w: %.100q and %.100q", c.ours[i].Name, err, c.ours[i].Result, c.js[i].Result)
		}
		if !reflect.DeepEqual(ours, js) {
			return fmt.Errorf("%s: the results differ:\n%.500s\n%.500s", c.ours[i].Name, c.ours[i].Result, c.js[i].Result)
		}
	}
	return nil
}

// ratios gives how many times faster each case is here.
func (c jsonataComparison) ratios() (ratios []float64) {
	for i := range c.js {
		ratios = append(ratios, c.js[i].NS/c.ours[i].NS)
	}
	return ratios
}

// figures gives those of the comparison only where there was one.
func (c jsonataComparison) figures() (all figures) {
	if c.js != nil {
		logs, least := 0.0, math.Inf(1)
		for _, ratio := range c.ratios() {
			logs += math.Log(ratio)
			least = min(least, ratio)
		}
		all = append(all,
			figure{name: "jsonata_vs_js_geomean", value: math.Exp(logs / float64(len(c.js))), least: 5,
				what: "how many times faster than jsonata-js, geometric mean"},
			figure{name: "jsonata_vs_js_min", value: least, least: 1, what: "the same of the worst expression"})
	}
	for i := range c.ours {
		if c.ours[i].Name == jsonataPath {
			all = append(all, figure{name: "jsonata_path_ns", value: c.ours[i].NS, most: 2000, what: "a path in a document of 1 KB, nanoseconds"})
		}
	}
	for i := range c.ours {
		all = append(all, figure{name: "jsonata_ns_" + c.ours[i].Name, value: c.ours[i].NS})
		if c.js != nil {
			all = append(all, figure{name: "jsonata_js_ns_" + c.js[i].Name, value: c.js[i].NS})
		}
	}
	return all
}

// print writes what each expression took, and the figures.
func (c jsonataComparison) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "µs\tjsonata-js µs\ttimes faster\t ")
	for i, ours := range c.ours {
		js, ratio := "-", "-"
		if c.js != nil {
			js, ratio = fmt.Sprintf("%.1f", c.js[i].NS/1000), fmt.Sprintf("%.1f", c.ratios()[i])
		}
		fmt.Fprintf(w, "%.2f\t%s\t%s\t %s\n", ours.NS/1000, js, ratio, strings.ReplaceAll(ours.Name, "_", " "))
	}
	_ = w.Flush() // to a terminal
	fmt.Fprintln(out)
	c.figures().print(out, true)
}
