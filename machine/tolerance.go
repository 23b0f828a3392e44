package machine

import (
	"math/big"
	"strconv"
)

// Tolerance says how many items of a Map Run may fail. The run fails when
// either threshold is exceeded, strictly; both are 0 when neither is given
// (AWS, "Setting failure thresholds for Distributed Map states").
type Tolerance struct {
	Count      int64   `json:"count,omitempty"`
	Percentage float64 `json:"percentage,omitempty"`
	// HasCount and HasPercentage tell which thresholds the definition sets.
	HasCount      bool `json:"hasCount,omitempty"`
	HasPercentage bool `json:"hasPercentage,omitempty"`
}

// CountExceeded reports whether that many failures are too many whatever the
// number of items turns out to be. It can be asked at any time.
func (t Tolerance) CountExceeded(failed int64) bool {
	if !t.HasCount && t.HasPercentage {
		return false
	}
	return failed > t.Count
}

// PercentageExceeded reports whether that many failures are too many of total
// items. It is to be asked when the total is known. It is exact in the decimal
// digits of the percentage: 57 failures of 10,000 do not exceed 0.57.
func (t Tolerance) PercentageExceeded(failed, total int64) bool {
	if !t.HasPercentage || total == 0 {
		return false
	}
	most, ok := new(big.Rat).SetString(strconv.FormatFloat(t.Percentage, 'f', -1, 64))
	if !ok {
		return false // no number at all
	}
	most.Mul(most, big.NewRat(total, 100))
	return most.Cmp(new(big.Rat).SetInt64(failed)) < 0
}
