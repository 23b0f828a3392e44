package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// creditService checks credit. Of the orders it gets, some find it busy at
// first, and some are refused for good; which ones depends on the order alone.
type creditService struct {
	mu   sync.Mutex
	busy map[string]bool // orders that have found it busy once
}

type creditRequest struct {
	OrderID string  `json:"orderId"`
	Amount  float64 `json:"amount"`
}

func (s *creditService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request creditRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		refuse(w, "BadRequest", err.Error())
		return
	}
	h := fnv.New32a()
	h.Write([]byte(request.OrderID))
	switch n := h.Sum32() % 100; {
	case n < 2:
		refuse(w, "CreditRefused", "no credit for order "+request.OrderID)
	case n < 5 && s.firstTime(request.OrderID):
		refuse(w, "CreditServiceBusy", "try again in a moment")
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"score":%d}`, 300+h.Sum32()%550)
	}
}

func (s *creditService) firstTime(order string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.busy[order]
	s.busy[order] = true
	return first
}

// refuse answers as a Lambda function that raised an error would.
func refuse(w http.ResponseWriter, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": kind, "errorMessage": message})
}

func serve(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on; port 0 means any free one")
	ready := flags.String("url-file", "", "file to write the service's URL to")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	url := "http://" + listener.Addr().String() + "/check-credit"
	if *ready != "" {
		if err := os.WriteFile(*ready, []byte(url), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "credit service at", url)
	server := &http.Server{Handler: &creditService{busy: map[string]bool{}}, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
