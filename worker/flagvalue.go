package main

import (
	"errors"
	"flag"
	"time"
)

// flagValue is the value of a flag that says what it should be, in place of Go's
// "parse error".
type flagValue struct{ flag.Getter }

func (v flagValue) Set(text string) error {
	if v.Getter.Set(text) == nil {
		return nil
	}
	switch v.Get().(type) {
	case int:
		return errors.New("it must be a whole number")
	case float64:
		return errors.New("it must be a number")
	case time.Duration:
		return errors.New("it must be a duration, such as 90s")
	}
	return errors.New("it must be true or false")
}

// IsBoolFlag lets a flag of this kind stand without a value.
func (v flagValue) IsBoolFlag() bool {
	_, is := v.Get().(bool)
	return is
}
