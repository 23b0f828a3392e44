package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync/atomic"
)

// pricing is the service that every Task calls, and every activity of the
// baselines: as good as free, so that what is measured is the way to it.
type pricing struct{ calls *atomic.Int64 }

// order is what it is asked, price what it answers.
type (
	order struct {
		OrderID string `json:"orderId"`
		Amount  string `json:"amount"`
	}
	price struct {
		Price int `json:"price"`
	}
)

func (p pricing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked order
	amount := 0
	err := json.NewDecoder(r.Body).Decode(&asked)
	if err == nil {
		amount, err = strconv.Atoi(asked.Amount)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.calls.Add(1)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(price{2 * amount}) // who has gone does not want it
}
