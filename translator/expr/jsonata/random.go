package jsonata

import (
	"fmt"
	"math"
)

// Random is a stream of random numbers.
type Random interface {
	// Float64 gives the next number in [0, 1).
	Float64() float64
	// UUID gives the next version 4 UUID.
	UUID() string
}

// stream is the stream of those who bring none: the same numbers each time
// (SplitMix64).
type stream struct{ state uint64 }

func (s *stream) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Float64 gives the next number in [0, 1).
func (s *stream) Float64() float64 { return float64(s.next()>>11) / (1 << 53) }

// UUID gives the next version 4 UUID.
func (s *stream) UUID() string {
	hi, lo := s.next(), s.next()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0x3<<62) | 0x2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

// random gives the stream of the environment.
func (ev *evaluation) random() Random {
	if ev.env.Random != nil {
		return ev.env.Random
	}
	if ev.own == nil {
		ev.own = &stream{}
	}
	return ev.own
}

func (ev *evaluation) draw() float64 { return ev.random().Float64() }

// random draws a number; with a seed, which AWS takes, always the same one.
func random(ev *evaluation, args []item) (item, *Error) {
	if seed := argument(args, 0); !seed.isUndefined() {
		return ofFloat((&stream{state: math.Float64bits(seed.float())}).Float64()), nil
	}
	return ofFloat(ev.draw()), nil
}
