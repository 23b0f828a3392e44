package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// claim is a port held by a listener until the server it is meant for takes
// over, so that two servers of one start are never given the same port.
type claim struct {
	port     int
	wanted   int
	listener net.Listener
}

// moved tells whether the port is another one than was asked for.
func (c claim) moved() bool { return c.wanted != 0 && c.port != c.wanted }

// release frees the port for its server, which must bind it next. Closing twice
// is harmless.
func (c claim) release() { c.listener.Close() }

// claimPort takes the wanted port on ip, or any free one when that is 0 or in
// use. Other faults, such as a privileged port, are errors: silently moving
// away from them would hide a wrong --ip.
func claimPort(ip string, wanted int) (claim, error) {
	listener, err := listen(ip, wanted)
	if errors.Is(err, syscall.EADDRINUSE) {
		listener, err = listen(ip, 0)
	}
	if err != nil {
		return claim{}, fmt.Errorf("listen on %s: %w; choose another --ip or port", hostPort(ip, wanted), err)
	}
	return claim{
		port:     listener.Addr().(*net.TCPAddr).Port,
		wanted:   wanted,
		listener: listener,
	}, nil
}

func listen(ip string, port int) (net.Listener, error) {
	return net.Listen("tcp", hostPort(ip, port))
}

func hostPort(ip string, port int) string {
	return net.JoinHostPort(ip, strconv.Itoa(port))
}

// reachable is the address to give to clients of a server that listens on ip:
// an unspecified address can be listened on but not dialled everywhere.
func reachable(ip string) string {
	switch parsed := net.ParseIP(ip); {
	case !parsed.IsUnspecified():
		return ip
	case parsed.To4() != nil:
		return "127.0.0.1"
	default:
		return "::1"
	}
}

// ports are all ports of one start.
type ports struct {
	frontend, frontendHTTP, history, matching, worker claim
	ui, s3                                            claim
}

// claimPorts takes the public ports on the chosen address and the ones between
// Temporal's own services on loopback. Nothing stays held after an error.
func claimPorts(o options) (p *ports, err error) {
	p = &ports{}
	defer func() {
		if err != nil {
			p.release()
		}
	}()
	for _, want := range []struct {
		into *claim
		ip   string
		port int
	}{
		{&p.frontend, o.ip, o.temporalPort},
		{&p.ui, o.ip, o.uiPort},
		{&p.s3, o.ip, o.s3Port},
		{&p.frontendHTTP, o.ip, 0},
		{&p.history, loopback, 0},
		{&p.matching, loopback, 0},
		{&p.worker, loopback, 0},
	} {
		if *want.into, err = claimPort(want.ip, want.port); err != nil {
			return p, err
		}
	}
	return p, nil
}

// release frees every port that is still held.
func (p *ports) release() {
	for _, c := range []claim{p.frontend, p.frontendHTTP, p.history, p.matching, p.worker, p.ui, p.s3} {
		if c.listener != nil {
			c.release()
		}
	}
}

// loopback is where Temporal's services talk to each other, whatever --ip says.
const loopback = "127.0.0.1"
