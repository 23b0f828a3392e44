#!/usr/bin/env bash
# Keeps the dev server and a worker up until it is interrupted.
# Settings: DATA (folder of the dev server), ROUTES (route table of the worker),
# METRICS (port of the worker's metrics, and of its codec server for the Web UI).
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-.stepwell-dev}
. examples/processes.sh

metrics=127.0.0.1:${METRICS:-9464}
if (: <"/dev/tcp/${metrics/://}") 2>/dev/null; then
  echo "$metrics is in use: the worker has no metrics, and the Web UI shows compressed payloads as they are. METRICS=PORT takes another one."
  start_dev_server "$data"
else
  start_dev_server "$data" --ui-codec "http://$metrics/codec"
  export STEPWELL_METRICS_LISTEN=$metrics
fi
export STEPWELL_ROUTES=${ROUTES:-}
start worker bin/stepwell-worker

echo
echo "The dev server and a worker are up. In another shell:"
echo "  eval \"\$(bin/stepwell-dev env --data $data)\""
echo "  bin/stepwell run FILE --input '{}'"
echo "Web UI: $(ready uiAddress)    (Ctrl-C ends both)"
wait_for_interrupt
