package main

import (
	"net"
	"testing"
)

func TestClaimPort(t *testing.T) {
	any, err := claimPort(loopback, 0)
	if err != nil {
		t.Fatal(err)
	}
	if any.port == 0 || any.moved() {
		t.Errorf("any free port: %+v", any)
	}

	taken, err := claimPort(loopback, any.port)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.release()
	if taken.port == any.port || !taken.moved() {
		t.Errorf("a port in use: got %d for %d", taken.port, any.port)
	}

	any.release()
	again, err := claimPort(loopback, any.port)
	if err != nil {
		t.Fatal(err)
	}
	defer again.release()
	if again.port != any.port || again.moved() {
		t.Errorf("a port free again: got %d for %d", again.port, any.port)
	}
}

func TestClaimPortOfForeignAddress(t *testing.T) {
	if c, err := claimPort("192.0.2.1", 0); err == nil {
		c.release()
		t.Error("an address that this machine does not have was accepted")
	}
}

func TestClaimPortsReleasesAll(t *testing.T) {
	p, err := claimPorts(options{ip: loopback})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	all := []claim{p.frontend, p.frontendHTTP, p.history, p.matching, p.worker, p.ui, p.s3}
	for _, c := range all {
		if seen[c.port] {
			t.Errorf("port %d was given twice", c.port)
		}
		seen[c.port] = true
	}
	p.release()
	for _, c := range all {
		listener, err := net.Listen("tcp", hostPort(loopback, c.port))
		if err != nil {
			t.Errorf("port %d is still held: %v", c.port, err)
			continue
		}
		listener.Close()
	}
}

func TestReachable(t *testing.T) {
	for ip, want := range map[string]string{
		"127.0.0.1": "127.0.0.1",
		"10.1.2.3":  "10.1.2.3",
		"0.0.0.0":   "127.0.0.1",
		"::":        "::1",
		"::1":       "::1",
	} {
		if got := reachable(ip); got != want {
			t.Errorf("reachable(%s) = %s, want %s", ip, got, want)
		}
	}
	if got := bracketed("::1"); got != "[::1]" {
		t.Errorf("bracketed(::1) = %s", got)
	}
}
