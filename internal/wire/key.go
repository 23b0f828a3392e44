package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Caller tells where a Call comes from: an execution's ARN, a state's name and
// the effect.
type Caller struct {
	Execution, State string
	Effect           machine.EffectID
}

// IdempotencyKey gives the key of a Call, in the form of a UUID. It follows from
// the execution, the state, and which visit to the state it is. So it is the same
// for every attempt: the retries of Retry, those after a lost worker, those of a
// redrive, and those of an Express execution that runs again. Another visit in a
// loop, another iteration and another item have other keys.
func IdempotencyKey(from Caller, call machine.Call) string {
	visit := call.Visit
	if visit == "" { // asked for by a workflow that began before there were visits
		visit = fmt.Sprintf("effect %d", from.Effect)
	}
	return KeyOf(from.Execution, from.State, visit)
}

// KeyOf gives a key, in the form of a UUID, that follows from the parts. None but
// the last may have line breaks for the keys of different parts to differ.
func KeyOf(first string, more ...string) string {
	text := make([]byte, 0, 256)
	text = append(text, first...)
	for _, part := range more {
		text = append(append(text, '\n'), part...)
	}
	sum := sha256.Sum256(text)
	key := make([]byte, 0, 36)
	for i, b := range sum[:16] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			key = append(key, '-')
		}
		key = hex.AppendEncode(key, []byte{b})
	}
	return string(key)
}
