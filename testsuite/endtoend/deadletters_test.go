package endtoend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/deadletters/sqstest"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// openBox opens the box at an address as the worker does.
func openBox(t *testing.T, address, queues string) deadletters.Box {
	t.Helper()
	server := devtest.Start(t, bucket)
	at, err := deadletters.Parse(address)
	require.NoError(t, err)
	config := server.AWS()
	config.BaseEndpoint = &queues
	return deadletters.Open(at, objects.NewS3(server.S3()), sqs.NewFromConfig(config))
}

// lossy is a processor whose items 3, 13, 23... fail, and whose Tasks 7, 17, 27... time out.
func lossy(function string) string {
	return `"StartAt":"Ask","States":{"Ask":` + ask(function, `"TimeoutSeconds":1,"End":true`) + `}`
}

func loseSome(c call) (any, error) {
	var input struct{ Index int }
	c.read(&input)
	switch input.Index % 10 {
	case 3:
		return nil, functionError{"Broken", fmt.Sprint("no ", input.Index)}
	case 7:
		<-c.gone
	}
	return echo(c)
}

// requireLetters wants a letter for each item that failed.
func requireLetters(t *testing.T, letters []deadletters.Letter, n int, from filled) {
	t.Helper()
	inputs := from.inputs()
	seen := map[int64]bool{}
	for _, l := range letters {
		require.False(t, seen[l.FirstItem], "two letters of item %d", l.FirstItem)
		seen[l.FirstItem] = true
		require.Equal(t, l.ExecutionArn, l.Key)
		require.True(t, strings.HasSuffix(l.Key, l.Name))
		require.Equal(t, sorted(t, inputs[l.FirstItem]), sorted(t, *l.Input))
		require.Contains(t, l.MapRunArn, ":mapRun:")
		require.False(t, l.StopDate.IsZero())
		switch l.FirstItem % 10 {
		case 3:
			require.Equal(t, "Broken", l.Error)
			require.Contains(t, l.Cause, fmt.Sprint("no ", l.FirstItem))
		case 7:
			require.Equal(t, "States.Timeout", l.Error)
		default:
			require.Fail(t, "a letter of an item that is fine", "%+v", l)
		}
	}
	require.Len(t, letters, 2*n/10)
}

// TestDeadLetters runs every leaf with and without staging, and reads the letters
// from a queue and from S3.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		for _, place := range []string{"S3", "queue", "queue without staging"} {
			t.Run(place, func(t *testing.T) {
				t.Parallel()
				testDeadLetters(t, leaf, place)
			})
		}
	})
}

func testDeadLetters(t *testing.T, leaf program.LeafKind, place string) {
	n := 60
	queue := sqstest.New(t, "dead")
	queue.Fail(func(request int) (int, string) {
		if request == 1 {
			return 503, "ServiceUnavailable"
		}
		return 0, ""
	})
	below := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + "-dead/"
	address := "s3://" + bucket + "/" + below
	if place != "S3" {
		address = queue.QueueURL()
	}
	w := newWorld(t, settings{letters: openBox(t, address, queue.URL)})
	w.functions.add("lossy", loseSome)
	from := fillCSV(t, w, n)
	d := distributed{leaf: leaf, reader: from.reader, more: `"ToleratedFailurePercentage":100`, processor: lossy("lossy")}
	if place != "queue without staging" {
		d.prefix = w.prefix + "results"
	}
	e := w.startMap(t, d, "")
	e.succeeds()
	e.requireCounts(leaf, wire.Counts{Succeeded: int64(n - 2*n/10), Failed: int64(2 * n / 10)})

	var letters []deadletters.Letter
	read := func(text string) {
		var l deadletters.Letter
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		letters = append(letters, l)
	}
	if place == "S3" {
		for _, key := range w.keys(t, below) {
			read(w.get(t, below+key))
		}
	}
	for _, m := range queue.Messages() {
		read(m.Body)
	}
	requireLetters(t, letters, n, from)
	if place != "S3" {
		assert.Greater(t, len(queue.Requests()), 1)
	}
}

// TestDeadLettersNowhere names the setting when there is no such queue.
func TestDeadLettersNowhere(t *testing.T) {
	t.Parallel()
	queue := sqstest.New(t, "dead")
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		w := newWorld(t, settings{letters: openBox(t, queue.URL+"/000000000000/gone", queue.URL)})
		w.functions.add("lossy", loseSome)
		d := distributed{leaf: leaf, reader: fillCSV(t, w, 20).reader, prefix: w.prefix + "results", more: `"ToleratedFailurePercentage":100`, processor: lossy("lossy")}
		e := w.startMap(t, d, "")
		cause := e.ended().Failure.Cause.Text()
		assert.Contains(t, cause, "QueueDoesNotExist")
		assert.Contains(t, cause, "STEPWELL_DEAD_LETTERS")
	})
}
