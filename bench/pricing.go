package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// pricing is the service that every Task calls, and every activity of the
// baselines. What is measured is the way to it.
type pricing struct {
	calls atomic.Int64
	// takes is how long an answer is withheld; 0 for a service that is as good
	// as free.
	takes time.Duration
}

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

func (p *pricing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	time.Sleep(p.takes)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(price{2 * amount}) // who has gone does not want it
}
