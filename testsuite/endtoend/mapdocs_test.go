package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// shop is the bucket that the page's examples read and write.
const shop = "shop"

// TestTheExamplesOfDistributedMap does what docs/distributed-map.md shows. What
// follows the language of a code block says what it is:
//
//	object=KEY    an object of the bucket shop; a KEY that ends with .gz, .zstd
//	              or .parquet is one that is made of the text
//	file=NAME     a file in the folder that commands run in
//	frame         the machine that fields are put into
//	fields        fields of its Map state
//	machine       a whole machine
//	input         the input of the examples up to the next end
//	output        how they succeed, all of them
//	failure       how they fail, all of them
//	written=NAME  what a result file of the last of them holds
//
// and a block `console` has commands with what they say.
func TestTheExamplesOfDistributedMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	w.server.Bucket(t, shop)
	p := readPage(t)
	for key, text := range p.objects {
		_, err := w.s3.PutObject(context.Background(), &s3.PutObjectInput{
			Bucket: aws.String(shop), Key: &key, Body: strings.NewReader(stored(t, key, text))})
		require.NoError(t, err)
	}
	require.Greater(t, len(p.examples), 20)
	for _, e := range p.examples {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.run(t, w)
		})
	}
	require.Len(t, p.forms, 4)
	for _, f := range p.forms {
		t.Run(f.transformation+" "+f.outputType, func(t *testing.T) {
			t.Parallel()
			f.run(t, w, p.frame)
		})
	}
	t.Run("commands", func(t *testing.T) {
		t.Parallel()
		c := newConsole(t, w, p.files)
		for _, command := range p.commands {
			c.does(command)
		}
	})
}

// docsPage is what the page holds.
type docsPage struct {
	objects, files map[string]string
	frame          string
	examples       []docsExample
	forms          []docsForm
	commands       []docsCommand
}

// docsExample is a machine, and how it ends.
type docsExample struct {
	name, definition, input string
	output, failure         string
	written                 map[string]string
}

func readPage(t *testing.T) docsPage {
	content, err := os.ReadFile(filepath.Join(devtest.Root(), "docs", "distributed-map.md"))
	require.NoError(t, err)
	p := docsPage{objects: map[string]string{}, files: map[string]string{}}
	input, line := "{}", 1
	var machines []string // those that the next end is of
	ended := true
	end := func(e docsExample) {
		require.NotEmpty(t, machines, "line %d: an end without an example", line)
		for _, e.definition = range machines {
			e.name, e.input, e.written = fmt.Sprintf("line %d", line), input, map[string]string{}
			p.examples = append(p.examples, e)
		}
		ended, input = true, "{}"
	}
	parts := strings.Split("\n"+string(content), "\n```")
	for i, part := range parts {
		info, text, _ := strings.Cut(part, "\n")
		text += "\n"
		language, what, _ := strings.Cut(info, " ")
		what, name, _ := strings.Cut(what, "=")
		switch {
		case i%2 == 0: // no block
		case language == "console":
			p.commands = append(p.commands, commandsOf(text)...)
		case what == "object":
			p.objects[name] = text
		case what == "file":
			p.files[name] = text
		case what == "frame":
			p.frame = text
		case what == "fields", what == "machine":
			if ended {
				machines, ended = nil, false
			}
			if what == "fields" {
				text = framed(t, p.frame, text)
			}
			machines = append(machines, text)
		case what == "input":
			input = text
		case what == "output":
			end(docsExample{output: text})
		case what == "failure":
			end(docsExample{failure: text})
		case what == "written":
			if !ended {
				end(docsExample{})
			}
			p.examples[len(p.examples)-1].written[name] = text
		default:
			require.Empty(t, info, "line %d: nobody knows what this block is", line)
		}
		line += strings.Count(part, "\n") + 1
	}
	require.True(t, ended, "an example without an end")
	p.forms = formsOf(string(content))
	return p
}

// framed puts the fields of an example into the Map state of the frame.
func framed(t *testing.T, frame, fields string) string {
	const place = "    # the fields of the example\n"
	require.Contains(t, frame, place)
	return strings.Replace(frame, place, "    "+strings.ReplaceAll(strings.TrimSpace(fields), "\n", "\n    ")+"\n", 1)
}

// stored makes of a text what an object with this key holds.
func stored(t *testing.T, key, text string) string {
	switch path.Ext(key) {
	case ".gz":
		return zipped(t, text)
	case ".zstd":
		c, err := zstd.NewWriter(nil)
		require.NoError(t, err)
		return string(c.EncodeAll([]byte(text), nil))
	case ".parquet":
		return parcels(t, text)
	}
	return text
}

// parcel is a row of the page's Parquet file.
type parcel struct {
	ID     string    `parquet:"id"`
	Weight int32     `parquet:"weight,decimal(2:9)"`
	Sent   time.Time `parquet:"sent,timestamp(millisecond)"`
	Stops  []string  `parquet:"stops,list"`
	Fee    *float64  `parquet:"fee,optional"`
}

// parcels makes a Parquet file of rows in JSON.
func parcels(t *testing.T, text string) string {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[parcel](&b)
	for line := range strings.Lines(text) {
		var row struct {
			parcel
			Weight json.Number
		}
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		cents, err := json.Number(strings.Replace(row.Weight.String(), ".", "", 1)).Int64()
		require.NoError(t, err)
		row.parcel.Weight = int32(cents)
		_, err = w.Write([]parcel{row.parcel})
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func (e docsExample) run(t *testing.T, w *world) {
	started := w.start(t, e.definition, e.input)
	if e.failure != "" {
		var want struct{ Error, Cause string }
		require.NoError(t, json.Unmarshal([]byte(e.failure), &want))
		assert.Equal(t, want.Cause, started.fails(want.Error))
		return
	}
	output := started.succeeds().String()
	seen := seen{}
	if e.output != "" {
		seen.require(t, sorted(t, e.output), sorted(t, output))
	}
	for name, text := range e.written {
		seen.require(t, sorted(t, text), sorted(t, w.resultFile(t, output, name)))
	}
}

// resultFile reads a file beside the manifest that a state's output names.
func (w *world) resultFile(t *testing.T, output, name string) string {
	t.Helper()
	var to struct{ ResultWriterDetails struct{ Bucket, Key string } }
	require.NoError(t, json.Unmarshal([]byte(output), &to), output)
	key := path.Join(path.Dir(to.ResultWriterDetails.Key), name)
	out, err := w.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &to.ResultWriterDetails.Bucket, Key: &key})
	require.NoError(t, err, key)
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	require.NoError(t, err)
	return string(text)
}

// docsForm is a row of the page's table of WriterConfig.
type docsForm struct{ transformation, outputType, file string }

var formRow = regexp.MustCompile("(?m)^\\| `([A-Z]+)` \\| `(JSONL?)` \\| `(.*)` \\|$")

func formsOf(content string) (all []docsForm) {
	for _, cells := range formRow.FindAllStringSubmatch(content, -1) {
		all = append(all, docsForm{cells[1], cells[2], strings.ReplaceAll(cells[3], "⏎", "\n")})
	}
	return all
}

// run runs a map over [1,2] and [3] whose results have this form, into files
// and, where they are JSON, into the state's output.
func (f docsForm) run(t *testing.T, w *world, frame string) {
	config := fmt.Sprintf("MaxConcurrency: 1\nResultWriter:\n  WriterConfig: {Transformation: %s, OutputType: %s}\n", f.transformation, f.outputType)
	if f.outputType == "JSON" {
		assert.Equal(t, f.file, w.start(t, framed(t, frame, config), "[[1,2],[3]]").succeeds().String())
	}
	config += "  Resource: arn:aws:states:::s3:putObject\n  Parameters: {Bucket: " + shop + ", Prefix: forms}\n"
	output := w.start(t, framed(t, frame, config), "[[1,2],[3]]").succeeds().String()
	assert.Equal(t, f.file, w.resultFile(t, output, "SUCCEEDED_0.json"))
}
