package main

import (
	"encoding/json"
	"fmt"
)

// The documents that expressions are measured on are made, always the same.
type (
	jsonataAccount struct {
		Account struct {
			Name   string         `json:"name"`
			Orders []jsonataOrder `json:"orders"`
		} `json:"account"`
	}
	jsonataOrder struct {
		ID       string          `json:"id"`
		Date     string          `json:"date"`
		Status   string          `json:"status"`
		Customer jsonataCustomer `json:"customer"`
		Lines    []jsonataLine   `json:"lines"`
	}
	jsonataCustomer struct {
		Name  string `json:"name"`
		City  string `json:"city"`
		Email string `json:"email"`
	}
	jsonataLine struct {
		SKU      string   `json:"sku"`
		Product  string   `json:"product"`
		Price    float64  `json:"price"`
		Quantity int      `json:"quantity"`
		Tags     []string `json:"tags"`
	}
)

// jsonataDocument gives an account with as many orders as it takes to reach a
// size in bytes.
func jsonataDocument(size int) string {
	var account jsonataAccount
	account.Account.Name = "Firefly"
	statuses := []string{"shipped", "open", "cancelled", "returned"}
	products := []string{"Bowler Hat", "Trilby hat", "Cloak", "Umbrella", "Walking Stick", "Scarf", "Gloves"}
	cities := []string{"Lisbon", "Porto", "Faro", "Braga", "Évora"}
	domains := []string{"example.com", "example.org", "mail.test"}
	for n := 0; ; n++ {
		order := jsonataOrder{
			ID:       fmt.Sprintf("order-%04d", n*7919%10_000),
			Date:     fmt.Sprintf("2024-%02d-%02dT%02d:15:00Z", 1+n*5%12, 1+n*11%28, n%24),
			Status:   statuses[n*3%len(statuses)],
			Customer: jsonataCustomer{Name: fmt.Sprintf("Customer %d", n*31%97), City: cities[n%len(cities)], Email: fmt.Sprintf("c%d@%s", n*31%97, domains[n%len(domains)])},
		}
		for line := 0; line <= n%5; line++ {
			product := (n + line*3) % len(products)
			order.Lines = append(order.Lines, jsonataLine{
				SKU: fmt.Sprintf("S-%03d", n*13%500+line), Product: products[product],
				Price: float64((n*37+line*1009)%20_000) / 100, Quantity: 1 + (n+line)%6,
				Tags: []string{products[product][:3], cities[line]},
			})
		}
		account.Account.Orders = append(account.Account.Orders, order)
		if text, err := json.Marshal(account); err != nil || len(text) >= size {
			return string(text)
		}
	}
}
