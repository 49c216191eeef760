#!/usr/bin/env bash
# Places one call through the Truedy door and waits for its result. Needs nothing but curl.
#
#   TRUEDY_BASE_URL=http://127.0.0.1:8080/truedy/api/public/v1 TRUEDY_API_KEY=sk_test_… \
#     Examples/clients/truedy/call.sh AGENT_ID +15550100001
set -euo pipefail
url=${TRUEDY_BASE_URL:-http://127.0.0.1:8080/truedy/api/public/v1}
agent=$1 number=$2

# The value of a member of the JSON object on the standard input. Enough for ids and words.
member() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }
truedy() {
    curl -sS --fail-with-body -H "Authorization: Bearer $TRUEDY_API_KEY" -H 'Content-Type: application/json' "$@"
}

# Sent again with the same key, for instance after a broken connection, the request places no second call.
call=$(truedy "$url/calls" -H "X-Idempotency-Key: $(date +%s)-$$" -d '{
    "agent_id": "'"$agent"'", "phone_number": "'"$number"'",
    "variables": {"name": "Ana"}, "call_settings": {"max_duration": "300s", "join_timeout": "30s"}}' | member id)

while :; do
    record=$(truedy "$url/calls/$call")
    case $(member status <<<"$record") in
        ended | failed | cancelled) break ;;
    esac
    # The vendor asks for no less.
    sleep 5
done
echo "$record"
