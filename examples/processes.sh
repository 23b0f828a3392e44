# Starting and ending processes for the scripts of the examples. To be sourced.
# Everything that was started ends with the script, by its process id.

logs=$(mktemp -d)
started=()

finish() {
  local status=$?
  trap - EXIT INT TERM
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do kill "${started[$i]}" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [ "$status" -ne 0 ] && [ "$status" -ne 130 ]; then
    for log in "$logs"/*; do echo "--- the end of $log"; tail -n 20 "$log"; done >&2
  else
    rm -rf "$logs"
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...: in the background, output to a log.
start() {
  local name=$1
  shift
  "$@" >"$logs/$name" 2>&1 &
  started+=($!)
}

# await FILE SECONDS WHAT: until the file is there.
await() {
  for ((i = 0; i < $2 * 10; i++)); do
    [ -s "$1" ] && return 0
    sleep 0.1
  done
  echo "$3 did not come up within $2 seconds." >&2
  return 1
}

ready_file=
# ready KEY: a value of the dev server's ready file.
ready() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$ready_file"; }

# start_dev_server FOLDER: starts it and exports how to reach it.
start_dev_server() {
  ready_file=$logs/ready.json
  start dev-server bin/stepwell-dev --data "$1" --ready-file "$ready_file"
  await "$ready_file" 60 "The dev server"
  eval "$(bin/stepwell-dev env --ready-file "$ready_file")"
}

wait_for_interrupt() { while :; do sleep 1; done; }
