#!/usr/bin/env bash
# Asks a running service for what its OpenAPI document describes, and for what it does not, and compares the answers with it.
# Wants a catalog that may be lost. PyPI: pip install schemathesis.
#
#   npm run test:contract -- [OPTIONS of `schemathesis run`]
#
#   CLOUDS_YAML        whom to log in as, and where (default .data/clouds.yaml; its cloud `catalog`)
#   SCHEMATHESIS       the program (default schemathesis)
#   PYTHON             a Python with PyYAML; the one beside the program has it (default python3)
#   CONTRACT_SECONDS   how long to try (default 240)
#   CONTRACT_EXAMPLES  most requests of one kind per operation (default 12)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clouds=$(realpath "${CLOUDS_YAML:-.data/clouds.yaml}")
schemathesis=${SCHEMATHESIS:-schemathesis}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

command -v "$schemathesis" >/dev/null || { echo 'schemathesis is not installed: pip install schemathesis' >&2; exit 2; }
[ -r "$clouds" ] || { echo "No $clouds: start the service first, or set CLOUDS_YAML." >&2; exit 2; }
"${PYTHON:-python3}" "$here/prepare.py" "$clouds" "$directory"

export SCHEMATHESIS_HOOKS=$here/serializers.py

try() {
  # It leaves files where it runs.
  cd "$directory"
  "$schemathesis" run "$directory/openapi.json" --url "$(cat "$directory/origin")" \
    --header "X-Auth-Token: $(cat "$directory/token")" \
    --phases examples,coverage,fuzzing --max-examples "${CONTRACT_EXAMPLES:-12}" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
    --continue-on-failure --workers 1 --request-timeout 30 --generation-database none "$@"
}

# What ends the token of this run comes last, with a new one each. A stream of events has no end to wait for.
events='^/catalog/v1/events$'
revocation='^/identity/v2.0/tokens$'
keys='^/catalog/v1/signing-keys$'
try --max-time "${CONTRACT_SECONDS:-240}" --exclude-path-regex "$keys|$revocation|$events" "$@"
for last in "$revocation" "$keys"; do
  "${PYTHON:-python3}" "$here/prepare.py" "$clouds" "$directory"
  try --max-time 20 --include-path-regex "$last" "$@"
done
