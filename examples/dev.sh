#!/usr/bin/env bash
# Keeps the dev server and a worker up until it is interrupted.
# Settings: DATA (folder of the dev server), ROUTES (route table of the worker).
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-.stepwell-dev}
. examples/processes.sh

start_dev_server "$data"
export STEPWELL_ROUTES=${ROUTES:-}
start worker bin/stepwell-worker

echo
echo "The dev server and a worker are up. In another shell:"
echo "  eval \"\$(bin/stepwell-dev env --data $data)\""
echo "  bin/stepwell run FILE --input '{}'"
echo "Web UI: $(ready uiAddress)    (Ctrl-C ends both)"
wait_for_interrupt
