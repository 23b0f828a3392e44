package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// timeForm is the form of times in tables and events.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

const (
	// shownState and shownDetails bound columns of the table, shownText one of
	// several details, in characters.
	shownState   = 24
	shownText    = 60
	shownDetails = 160
)

const eventRow = "%-24s  %6s  %-24s  %-24s  %s"

// eventTable writes events as rows of a table, which begins with its head.
type eventTable struct {
	out   io.Writer
	begun bool
}

func (w *eventTable) write(e shownEvent) error {
	if !w.begun {
		w.begun = true
		if err := w.row("TIME", "ID", "EVENT", "STATE", "DETAILS"); err != nil {
			return err
		}
	}
	return w.row(e.Time.UTC().Format(timeForm), fmt.Sprint(e.ID), e.Type, shorten(e.state, shownState), detailsOf(e.Details))
}

func (w *eventTable) row(at, id, event, state, details string) error {
	return put(w.out, strings.TrimRight(fmt.Sprintf(eventRow, at, id, event, state, details), " ")+"\n")
}

func (w *eventTable) close() error { return nil }

// detailsOf gives what is worth reading of an event's details in one line.
func detailsOf(details value.Value) string {
	if details.Kind() != value.Object {
		return ""
	}
	var names, texts []string
	for i, member := range details.Elements() {
		name := details.NameAt(i)
		if name == "name" || name == "roleArn" || name == "region" || strings.HasSuffix(name, "Details") {
			continue
		}
		text := member.String()
		if member.Kind() == value.String {
			text = member.Text()
		}
		names, texts = append(names, name), append(texts, text)
	}
	if len(names) == 1 { // such as the ARN of a Map Run, which is there to be copied
		return shorten(names[0]+"="+texts[0], shownDetails)
	}
	var parts []string
	for i, name := range names {
		parts = append(parts, name+"="+shorten(texts[i], shownText))
	}
	return shorten(strings.Join(parts, " "), shownDetails)
}

// shorten gives a text in one line of at most so many characters; what a
// terminal would obey is left out.
func shorten(text string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n == most-1 && len(text) > b.Len()+len(string(r)) {
			b.WriteRune('…')
			break
		}
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// scope is a state that was entered, inside of others.
type scope struct {
	name, kind string
	outer      *scope
}

// scopes tell for each event, by its id, in which states it happened: the
// events of a state follow each other.
type scopes map[int64]*scope

// state gives the name of the state that an event belongs to, "" when it
// belongs to the execution or the state was entered before the first event seen.
func (s scopes) state(e machine.Event) string {
	inside := s[e.Previous]
	if kind, entered := strings.CutSuffix(e.Type, "StateEntered"); entered {
		name := e.Details.Get("name").Text()
		s[e.ID] = &scope{name, kind, inside}
		return name
	}
	s[e.ID] = inside
	if kind, exited := strings.CutSuffix(e.Type, "StateExited"); exited {
		name := e.Details.Get("name").Text()
		if entered := inside.of(kind); entered != nil {
			s[e.ID] = entered.outer
		}
		return name
	}
	switch {
	case strings.HasPrefix(e.Type, "Execution"):
		return ""
	case strings.HasPrefix(e.Type, "Map"):
		inside = inside.of("Map")
	case strings.HasPrefix(e.Type, "Parallel"):
		inside = inside.of("Parallel")
	}
	if inside == nil {
		return e.Details.Get("name").Text()
	}
	return inside.name
}

// of gives the innermost scope of a kind of state.
func (s *scope) of(kind string) *scope {
	for s != nil && s.kind != kind {
		s = s.outer
	}
	return s
}
