package reader

import (
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// pointerReach is within how many bytes of the document the items must begin.
const pointerReach = 16 << 20

// parsePointer reads a JSON Pointer (RFC 6901). "" points to the whole document.
func parsePointer(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fault("The ItemsPointer %q does not begin with a slash.", pointer)
	}
	steps := strings.Split(pointer[1:], "/")
	for i, step := range steps {
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
	}
	return steps, nil
}

// enter goes to what the pointer points to and inside of it, and tells whether
// it is an object.
func enter(e *elements, pointer []string) (entries bool, err error) {
	e.fence.limit = pointerReach
	for _, step := range pointer {
		t, err := e.ReadToken()
		if err != nil {
			return false, reached(err)
		}
		switch t.Kind() {
		case jsontext.KindBeginObject:
			err = e.member(step)
		case jsontext.KindBeginArray:
			err = e.element(step)
		default:
			err = errNowhere
		}
		if err != nil {
			return false, reached(err)
		}
	}
	t, err := e.ReadToken()
	if err != nil {
		return false, reached(err)
	}
	switch t.Kind() {
	case jsontext.KindBeginObject:
		return true, nil
	case jsontext.KindBeginArray:
		return false, nil
	}
	return false, fault("Attempting to map over non-iterable node.")
}

var errNowhere = fault("The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.")

func reached(err error) error {
	if errors.Is(err, errLong) {
		return fault("The items of the ItemsPointer do not begin within the first %d bytes of the document.", pointerReach)
	}
	return err
}

func (e *elements) member(name string) error {
	for e.PeekKind() != jsontext.KindEndObject {
		t, err := e.ReadToken()
		if err != nil {
			return err
		}
		if t.String() == name {
			return nil
		}
		if err := e.SkipValue(); err != nil {
			return err
		}
	}
	return errNowhere
}

func (e *elements) element(step string) error {
	n, err := strconv.Atoi(step)
	if err != nil || n < 0 || strconv.Itoa(n) != step {
		return errNowhere
	}
	for ; e.PeekKind() != jsontext.KindEndArray; n-- {
		if n == 0 {
			return nil
		}
		if err := e.SkipValue(); err != nil {
			return err
		}
	}
	return errNowhere
}
