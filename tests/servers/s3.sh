#!/usr/bin/env bash
# Two object stores on free ports of 127.0.0.1, for as long as the caller wants: moto, which honours conditional writes, and
# s3rver, which ignores them and has to be refused. Prints NAME=VALUE lines; stop the processes of TANTIEME_TEST_S3_PIDS.
#   s3.sh FOLDER     a folder for logs and data; what is needed was installed by tests/run
set -euo pipefail
folder=${1:?a folder for logs and data}
cache=${TANTIEME_TEST_CACHE:-$HOME/.cache/tantieme-tests}
mkdir -p "$folder/s3rver"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A server that answers anything at all is up; fails after twenty seconds, or as soon as the process is gone.
wait_for() { # name pid port
    for _ in $(seq 200); do
        if ! kill -0 "$2" 2>/dev/null; then break; fi
        if (exec 3<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    echo "s3.sh: $1 did not start; its log:" >&2
    cat "$folder/$1.log" >&2
    return 1
}

moto_port=$(free_port)
"$cache/venv/bin/moto_server" -H 127.0.0.1 -p "$moto_port" >"$folder/moto.log" 2>&1 </dev/null &
moto=$!
s3rver_port=$(free_port)
node "$cache/s3rver/node_modules/.bin/s3rver" -a 127.0.0.1 -p "$s3rver_port" -d "$folder/s3rver" \
    --configure-bucket tantieme >"$folder/s3rver.log" 2>&1 </dev/null &
s3rver=$!
trap 'kill "$moto" "$s3rver" 2>/dev/null || true' ERR
wait_for moto "$moto" "$moto_port"
wait_for s3rver "$s3rver" "$s3rver_port"
python3 - "http://127.0.0.1:$moto_port/tantieme" <<'PYTHON'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="PUT"))
PYTHON
trap - ERR
echo "TANTIEME_TEST_S3=http://127.0.0.1:$moto_port"
echo "TANTIEME_TEST_S3_CARELESS=http://127.0.0.1:$s3rver_port"
echo "TANTIEME_TEST_S3_PIDS='$moto $s3rver'"
