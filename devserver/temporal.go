package main

import (
	"fmt"
	"os"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	clusterName = "active"
	storeName   = "sqlite"
)

// temporalServer is Temporal's four services in this process.
type temporalServer struct {
	server temporal.Server
	level  zap.AtomicLevel
}

// startTemporal starts the services and returns when they listen; whether they
// answer is for a probe to say. Their ports must still be claimed.
//
// A fault that Temporal calls fatal (a port taken in the instant between claim
// and use) ends the process from within Temporal, with its message on stderr.
func startTemporal(o options, p *ports) (*temporalServer, error) {
	database, err := openDatabase(o)
	if err != nil {
		return nil, err
	}
	level := zap.NewAtomicLevelAt(log.ParseZapLevel(o.logLevel))
	logger := log.NewZapLogger(zap.New(zapcore.NewCore(
		zapcore.NewConsoleEncoder(log.DefaultZapEncoderConfig), zapcore.Lock(os.Stderr), level)))

	for _, claimed := range []claim{p.frontend, p.frontendHTTP, p.history, p.matching, p.worker} {
		claimed.release()
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(temporalConfig(o, p, database)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(temporalHosts(o, p)),
		temporal.WithDynamicConfigClient(dynamicConfig(o.dynamicConfig)),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper {
			return authorization.NewNoopClaimMapper()
		}),
		temporal.WithLogger(logger),
	)
	if err != nil {
		return nil, fmt.Errorf("set up Temporal: %w", err)
	}
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start Temporal: %w", err)
	}
	return &temporalServer{server: server, level: level}, nil
}

// stop ends the services in their order. What they have to say about calls cut
// off by it is of no use to anybody, so their log ends first.
func (t *temporalServer) stop() error {
	if t.level.Level() > zapcore.InfoLevel {
		t.level.SetLevel(zapcore.FatalLevel)
	}
	return t.server.Stop()
}

// temporalHosts names the one host of each service: membership is known, and a
// gossip ring of one would only cost ports and time.
func temporalHosts(o options, p *ports) map[primitives.ServiceName]static.Hosts {
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: static.SingleLocalHost(hostPort(reachable(o.ip), p.frontend.port)),
		primitives.HistoryService:  static.SingleLocalHost(hostPort(loopback, p.history.port)),
		primitives.MatchingService: static.SingleLocalHost(hostPort(loopback, p.matching.port)),
		primitives.WorkerService:   static.SingleLocalHost(hostPort(loopback, p.worker.port)),
	}
}

func temporalConfig(o options, p *ports, database *config.SQL) *config.Config {
	frontend := hostPort(reachable(o.ip), p.frontend.port)
	internal := func(c claim) config.Service {
		return config.Service{RPC: config.RPC{GRPCPort: c.port, BindOnIP: loopback}}
	}
	var c config.Config
	c.Persistence = config.Persistence{
		DefaultStore:     storeName,
		VisibilityStore:  storeName,
		NumHistoryShards: 1,
		DataStores:       map[string]config.DataStore{storeName: {SQL: database}},
	}
	c.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10,
		MasterClusterName:        clusterName,
		CurrentClusterName:       clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled:                true,
			InitialFailoverVersion: 1,
			RPCAddress:             frontend,
			HTTPAddress:            hostPort(reachable(o.ip), p.frontendHTTP.port),
		}},
	}
	c.Services = map[string]config.Service{
		string(primitives.FrontendService): {RPC: config.RPC{
			GRPCPort: p.frontend.port,
			HTTPPort: p.frontendHTTP.port,
			BindOnIP: o.ip,
		}},
		string(primitives.HistoryService):  internal(p.history),
		string(primitives.MatchingService): internal(p.matching),
		string(primitives.WorkerService):   internal(p.worker),
	}
	c.PublicClient.HostPort = frontend
	c.Global.Membership.BroadcastAddress = reachable(o.ip)
	c.DCRedirectionPolicy.Policy = "noop"
	c.Archival.History.State = "disabled"
	c.Archival.Visibility.State = "disabled"
	c.NamespaceDefaults.Archival.History.State = "disabled"
	c.NamespaceDefaults.Archival.Visibility.State = "disabled"
	return &c
}
