package main

import (
	"context"
	"errors"
	"io"
	"time"
)

// serve runs a dev server from its lock to its last word. It returns nil when
// the context was cancelled and everything stopped as it should.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) error {
	begun := time.Now()
	lock, err := lockFolder(o.dataDir)
	if err != nil {
		return err
	}
	defer lock.release()
	if err := prepareReady(o.readyFile); err != nil {
		return err
	}
	claimed, err := claimPorts(o)
	if err != nil {
		return err
	}
	defer claimed.release()

	running, r, err := startServers(ctx, o, claimed)
	if err == nil {
		err = writeReady(o.readyFile, r)
	}
	if err == nil {
		announce(stdout, announcement{ready: r, options: o, ports: claimed, took: time.Since(begun)})
		serving, cancel := running.whileServing(ctx)
		<-serving.Done()
		err = context.Cause(serving)
		cancel(nil)
		withdrawReady(o.readyFile)
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, running.stop())
}
