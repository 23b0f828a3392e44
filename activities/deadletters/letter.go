package deadletters

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Letter tells of an item, or a batch, that failed or timed out. Its members are
// those of a record in the FAILED files of a ResultWriter, and what else it takes
// to know where it is from.
type Letter struct {
	Cause string `json:"Cause,omitempty"`
	Error string `json:"Error,omitempty"`
	// ExecutionArn is the ARN of the item's execution, Name its last part.
	ExecutionArn string `json:"ExecutionArn"`
	// FirstItem is the index of the first item in the source, Items their number:
	// 1 unless items are batched.
	FirstItem int64 `json:"FirstItem"`
	// Input is the JSON text of the execution's input, nil when the box has no
	// room for it.
	Input        *string      `json:"Input,omitempty"`
	InputDetails InputDetails `json:"InputDetails"`
	Items        int64        `json:"Items"`
	// Key is the same whenever this item of this Map Run fails.
	Key       string `json:"Key"`
	MapRunArn string `json:"MapRunArn"`
	Name      string `json:"Name"`
	// ParentExecutionArn is the execution that the Map Run belongs to.
	ParentExecutionArn string `json:"ParentExecutionArn"`
	// RedriveCount is how often the item's execution had been redriven.
	RedriveCount    int       `json:"RedriveCount"`
	StartDate       time.Time `json:"StartDate"`
	StateMachineArn string    `json:"StateMachineArn"`
	// Status is FAILED or TIMED_OUT.
	Status   string    `json:"Status"`
	StopDate time.Time `json:"StopDate"`
}

// InputDetails tell whether the input is there, and if not, where the item with the
// index FirstItem came from, as `$$.Map.Item.Source` has it: S3://bucket/key, or
// STATE_DATA for an array in the input of the map.
type InputDetails struct {
	Included bool   `json:"Included"`
	Source   string `json:"Source,omitempty"`
}

// text gives the letter's JSON, with those characters escaped that JSON lets stand
// and SQS refuses (AWS API, SendMessage).
func (l Letter) text() []byte {
	l.InputDetails.Included = l.Input != nil
	if l.Input != nil {
		l.InputDetails.Source = ""
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings and numbers always can
	}
	for _, unsent := range []string{"\ufffe", "\uffff"} {
		text = bytes.ReplaceAll(text, []byte(unsent), fmt.Appendf(nil, `\u%x`, []rune(unsent)[0]))
	}
	return text
}

// within gives the letter's JSON in at most so many bytes: without its input, and
// with as much of its cause as there is room for, when that does not fit.
func (l Letter) within(limit int) []byte {
	text := l.text()
	if len(text) <= limit {
		return text
	}
	l.Input = nil
	for text = l.text(); len(text) > limit && l.Cause != ""; text = l.text() {
		// A character of the cause takes a byte at least, and up to six.
		keep := max(len(l.Cause)-max((len(text)-limit)/6, 16), 0)
		for keep > 0 && !utf8.RuneStart(l.Cause[keep]) {
			keep--
		}
		l.Cause = l.Cause[:keep]
	}
	return text
}

// size is about what the letter takes.
func (l Letter) size() int {
	n := 600 + len(l.Cause)
	if l.Input != nil {
		n += len(*l.Input)
	}
	return n
}

// Size gives about how many bytes the letters take.
func Size(letters []Letter) (n int) {
	for _, l := range letters {
		n += l.size()
	}
	return n
}

// path gives the key as a path: machine, map, Map Run and item.
func (l Letter) path() string {
	_, run, _ := strings.Cut(l.MapRunArn, ":mapRun:")
	return strings.ReplaceAll(run, ":", "/") + "/" + l.Name + ".json"
}

// once gives a text of 64 hexadecimal digits that is the same for this failure of
// the item, and another one for its failure after a redrive.
func (l Letter) once() string { return digest(l.Key + "#" + strconv.Itoa(l.RedriveCount)) }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
