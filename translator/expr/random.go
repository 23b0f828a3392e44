package expr

import "fmt"

// Random is a stream of random numbers that is fully told by two numbers, so
// that it can be written down with a frame and goes on after reading it back.
// The numbers are those of SplitMix64. It is not for secrets.
type Random struct {
	Seed  uint64 `json:"seed"`
	Draws uint64 `json:"draws,omitempty"`
}

// Uint64 gives the next number of the stream.
func (r *Random) Uint64() uint64 {
	r.Draws++
	return mix(r.Seed + r.Draws*0x9e3779b97f4a7c15)
}

// Float64 gives the next number in [0, 1).
func (r *Random) Float64() float64 { return float64(r.Uint64()>>11) / (1 << 53) }

// Intn gives the next number in [0, n); n must be positive.
func (r *Random) Intn(n int64) int64 {
	if n <= 0 {
		panic(fmt.Sprintf("expr: Intn(%d)", n))
	}
	return int64(r.Uint64() % uint64(n))
}

// UUID gives the next version 4 UUID.
func (r *Random) UUID() string {
	hi, lo := r.Uint64(), r.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0x3<<62) | 0x2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

// Derive gives an independent stream for a part of the whole, such as one
// item of a map: the same stream for the same seed and key.
func Derive(seed, key uint64) Random {
	return Random{Seed: mix(mix(seed^0xa0761d6478bd642f) + key*0xe7037ed1a0b428db)}
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
