package conformance

import (
	"context"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// collected are the executions of a Map Run's items, of which its results are
// made.
type collected struct {
	run     machine.Distribute
	store   objects.Store
	segment results.Segment
}

// check looks whether results can be written, and that there is what the run needs.
func (c *collected) check(ctx context.Context) error {
	c.segment.Format = results.FormatOf(c.run)
	at, export, err := results.Destination(c.run)
	if c.store == nil && (export || c.run.Reader != nil) {
		return errors.New("there is no S3")
	}
	if err != nil || !export {
		return err
	}
	return results.Unwritable(c.store.Bucket(ctx, at))
}

func (c *collected) add(first int64, o machine.Origin, input value.Value, ended wire.Ended) error {
	category := wire.CategoryOf(ended.Status)
	if !c.segment.Format.Keeps(category) {
		return nil
	}
	renderer := results.Renderer{Format: c.segment.Format}
	c.segment.Add(category, renderer.Append(nil, results.Execution{First: first, Origin: o, Input: input, Ended: ended}))
	return nil
}

// output gives the state's output, and writes what goes to S3.
func (c *collected) output(ctx context.Context) (value.Value, error) {
	format := c.segment.Format
	at, export, err := results.Destination(c.run)
	if err != nil {
		return value.Value{}, err
	}
	if !export {
		array := results.Array{Format: format}
		if err := array.Add(c.segment.Text(wire.SucceededFile)); err != nil {
			return value.Value{}, err
		}
		return array.Output()
	}
	manifest := results.Manifest{DestinationBucket: at.Bucket, MapRunArn: c.run.MapRunArn}
	for category, named := range map[wire.Category]*[]results.File{
		wire.SucceededFile: &manifest.ResultFiles.SUCCEEDED,
		wire.FailedFile:    &manifest.ResultFiles.FAILED,
		wire.PendingFile:   &manifest.ResultFiles.PENDING,
	} {
		files := results.NewFiles(ctx, results.Target{Store: c.store, At: at, Format: format}, category)
		if err := files.Add(c.segment.Text(category)); err != nil {
			return value.Value{}, err
		}
		if *named, err = files.Close(); err != nil {
			return value.Value{}, err
		}
	}
	output, _ := results.Output(c.run.MapRunArn, at)
	return output, manifest.Write(ctx, c.store, at)
}

// failure is a machine's failure on its way.
type failure struct{ machine.Failure }

func (f *failure) Error() string { return f.Failure.String() }

// failureOf gives the failure of a Map Run that an error stands for.
func failureOf(err error) machine.Failure {
	var (
		own    *failure
		source *reader.Error
		target *results.Error
	)
	switch {
	case errors.As(err, &own):
		return own.Failure
	case errors.As(err, &source):
		return machine.Fault(machine.ErrorItemReaderFailed, source.Cause)
	case errors.As(err, &target):
		return machine.Fault(machine.ErrorResultWriterFailed, target.Cause)
	case errors.As(err, new(results.LargeError)):
		return machine.Fault(machine.ErrorDataLimitExceeded, err.Error())
	}
	return machine.Fault(machine.ErrorRuntime, err.Error())
}
