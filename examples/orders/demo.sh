#!/usr/bin/env bash
# The whole way once: a dev server, a worker and a credit service are started,
# a CSV file of orders goes to S3, examples/orders/orders.asl.json runs over it,
# and what came of it is shown. Everything started here is ended again; the
# data stay in the folder, so that `make dev` shows the same run later.
#
# Settings: DATA (folder of the dev server), ROWS (number of orders).
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${DATA:-.stepwell-dev}
rows=${ROWS:-10000}
. examples/processes.sh

echo "1. Dev server: Temporal, Web UI and S3 in $data"
go build -o bin/orders ./examples/orders
start_dev_server "$data"
echo "   Temporal $(ready temporalAddress), Web UI $(ready uiAddress), S3 $(ready s3Endpoint)"

echo "2. A credit service, and a worker that sends the Lambda function check-credit to it"
start credit-service bin/orders serve -url-file "$logs/credit-url"
await "$logs/credit-url" 20 "The credit service"
export CREDIT_URL=$(cat "$logs/credit-url")
STEPWELL_ROUTES=examples/orders/routes.yaml start worker bin/stepwell-worker

echo "3. Orders to S3"
echo "   $(bin/orders upload -bucket orders -key orders.csv -rows "$rows")"

echo "4. The state machine examples/orders/orders.asl.json"
result=$logs/result.json
bin/stepwell run examples/orders/orders.asl.json --output json \
  --input '{"bucket":"orders","key":"orders.csv","creditCheckFrom":300}' >"$result"

manifest=$(sed -n 's#.*\(s3://orders/checked/[^"\\]*manifest.json\).*#\1#p' "$result" | head -n 1)
# Members of the execution itself stand two spaces in; those of its map runs deeper.
workflow=$(sed -n 's/^  "workflowId": *"\([^"]*\)".*/\1/p' "$result")
run=$(sed -n 's/^  "runId": *"\([^"]*\)".*/\1/p' "$result")
echo "5. Results at $manifest"
bin/orders show -manifest "$manifest" | sed 's/^/   /'
echo "6. The run in the Web UI (make dev serves it again):"
echo "   $(ready uiAddress)/namespaces/default/workflows/${workflow//\//%2F}/$run/history"
