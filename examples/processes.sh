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
ready() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$ready_file" 2>/dev/null || true; }

# start_dev_server FOLDER FLAG...: starts it and exports how to reach it. The ready
# file is where `stepwell-dev env` looks for it; one that a killed server left
# behind names another process.
start_dev_server() {
  ready_file=$1/ready.json
  start dev-server bin/stepwell-dev --data "$@"
  local pid=${started[${#started[@]} - 1]}
  for ((i = 0; i < 600; i++)); do
    if [ "$(ready pid)" = "$pid" ]; then
      eval "$(bin/stepwell-dev env --ready-file "$ready_file")"
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "The dev server did not come up." >&2
  return 1
}

wait_for_interrupt() { while :; do sleep 1; done; }
