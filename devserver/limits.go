package main

import (
	"go.temporal.io/server/chasm/lib/activity"
	"go.temporal.io/server/common/dynamicconfig"
)

// unlimited is a rate that one machine does not reach.
const unlimited = 100_000

// dynamicConfig is Temporal's dynamic configuration for one machine: what
// guards a shared cluster against its tenants is opened, what a production
// cluster would also refuse (sizes, pending activities, history length) stays,
// so that a machine which runs here runs there. The overrides win.
func dynamicConfig(overrides map[string]any) dynamicconfig.StaticClient {
	values := dynamicconfig.StaticClient{
		dynamicconfig.FrontendRPS.Key():                                  unlimited,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():           unlimited,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 10_000,
		dynamicconfig.MatchingRPS.Key():                                  unlimited,
		dynamicconfig.HistoryRPS.Key():                                   unlimited,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                    unlimited,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                    unlimited,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                     unlimited,
		dynamicconfig.VisibilityPersistenceMaxReadQPS.Key():              unlimited,
		dynamicconfig.VisibilityPersistenceMaxWriteQPS.Key():             unlimited,

		// Tests make namespaces by the dozen; the defaults allow one a second.
		dynamicconfig.FrontendNamespaceReplicationInducingAPIsRPS.Key():                        1_000,
		dynamicconfig.FrontendMaxNamespaceNamespaceReplicationInducingAPIsRPSPerInstance.Key(): 1_000,

		// A search attribute is usable as soon as it is added.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,

		// Workflows kept in memory; the default suits a machine of its own.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 8_192,

		// Standalone activities, and the commands on them, are said to be on
		// here rather than left to the defaults of a release.
		activity.Enabled.Key():                                                   true,
		activity.EnableStandaloneActivityOperatorCommands.Key():                  true,
		dynamicconfig.FrontendEnableBatchOperationsForStandaloneActivities.Key(): true,
	}
	for key, value := range overrides {
		values[dynamicconfig.MakeKey(key)] = value
	}
	return values
}
