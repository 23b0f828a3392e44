package main

import (
	"io"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// eventStream takes the events of an execution in their order and shows those
// that are wished for, as they are wished for.
type eventStream struct {
	to     eventWriter
	wish   historyWish
	scopes scopes
	// last is the id of the event that was taken last, from that of the first
	// provisional one, 0 for none.
	last, from int64
	shown      int
	// kept are the events to be shown in reverse order.
	kept []shownEvent
}

func newEventStream(out io.Writer, s *subject, w historyWish) *eventStream {
	return &eventStream{to: newEventWriter(out, s, w.format), wish: w, scopes: scopes{}}
}

func (s *eventStream) write(e machine.Event) error { return s.take(e, false) }

func (s *eventStream) provisional(e machine.Event) error {
	if s.from == 0 {
		s.from = e.ID
	}
	return s.take(e, true)
}

// take is errEnough when no further event is wanted.
func (s *eventStream) take(e machine.Event, provisional bool) error {
	s.last = e.ID
	shown := shownEvent{e, s.scopes.state(e), provisional}
	if s.wish.noData && e.Member != "" {
		shown.Details = withoutData(e.Details)
	}
	if s.wish.reverse {
		s.kept = append(s.kept, shown)
		if s.wish.most > 0 && len(s.kept) > s.wish.most {
			s.kept = s.kept[1:]
		}
		return nil
	}
	if err := s.to.write(shown); err != nil {
		return err
	}
	if s.shown++; s.shown == s.wish.most {
		return errEnough
	}
	return nil
}

// close shows what was kept, and ends what is shown.
func (s *eventStream) close() error {
	for i := len(s.kept) - 1; i >= 0; i-- {
		if err := s.to.write(s.kept[i]); err != nil {
			return err
		}
	}
	return s.to.close()
}
