package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// pieceBytes is what a piece of a staged frame has: it has to fit into a payload
// even when it does not compress.
const pieceBytes = 1 << 20

// carry puts the frame that an execution goes on from into its input, or, when
// that gets too large even for a large value, into staging piece by piece.
func (c *console) carry(ctx context.Context, input *wire.Execution, rest *machine.Frame, frame []byte) error {
	text := wire.PlainText(string(frame))
	input.Frame = &text
	travelling, err := json.Marshal(input)
	place := c.setting(stagingSetting, "")
	if err != nil || len(travelling) <= wire.ValueLimit || place != "" && len(travelling) <= wire.StagedLimit {
		return err
	}
	bytes := len(travelling)
	input.Frame, input.Input = nil, rest.Input // for those who look at it
	if place == "" {
		return failed("set STEPWELL_STAGING=s3://bucket/prefix, as for the workers",
			"%s holds too much data for the input of a workflow: %d bytes, %d fit", input.Origin.ID, bytes, wire.ValueLimit)
	}
	at, err := objects.Parse(place)
	if err != nil {
		return failed("use s3://bucket/prefix", "STEPWELL_STAGING: %s", err)
	}
	store, err := c.storage(ctx)
	if err != nil {
		return err
	}
	if at.Key = strings.TrimSuffix(at.Key, "/"); at.Key != "" {
		at.Key += "/"
	}
	prefix := at.Key + "texts/" + rand.Text() + "/"
	for number, piece := range pieces(string(frame), pieceBytes) {
		at.Key = fmt.Sprintf("%s%d", prefix, number)
		if err := store.Put(ctx, at, []byte(piece)); err != nil {
			return store.explain(ctx, err, "where the execution stood cannot be put into staging")
		}
		input.Staged = append(input.Staged, wire.StagedText(at.String()))
	}
	return nil
}

// pieces cuts a text into pieces of at most size bytes, between characters.
func pieces(text string, size int) (all []string) {
	for len(text) > size {
		end := size
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		all, text = append(all, text[:end]), text[end:]
	}
	return append(all, text)
}
