package main

import (
	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's Web UI, a client of the frontend.
type webUI struct{ server *uiserver.Server }

// startWebUI starts serving in the background; whether it answers is for a
// probe to say. A port lost in the instant between claim and use ends the
// process from within the UI server, with its message.
func startWebUI(o options, p *ports) *webUI {
	p.ui.release()
	server := uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		TemporalGRPCAddress: hostPort(reachable(o.ip), p.frontend.port),
		Host:                bracketed(o.ip),
		Port:                p.ui.port,
		EnableUI:            true,
		DefaultNamespace:    o.namespaces[0],
		DisableNewsFetch:    true,
		HideLogs:            true,
		Codec:               uiconfig.Codec{Endpoint: o.uiCodec},
		// Plain HTTP: a cookie for HTTPS only would disable every button.
		CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go server.Start()
	return &webUI{server: server}
}

func (w *webUI) stop() error {
	w.server.Stop()
	return nil
}

// bracketed prepares an address for the UI server, which appends ":port" to it.
func bracketed(ip string) string {
	host := hostPort(ip, 0)
	return host[:len(host)-len(":0")]
}
