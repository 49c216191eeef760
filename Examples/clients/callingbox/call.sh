#!/usr/bin/env bash
# Places one call through the CallingBox door and waits for its result. Needs nothing but curl.
#
#   CALLINGBOX_BASE_URL=http://127.0.0.1:8080/callingbox CALLINGBOX_API_KEY=sk_test_… \
#     Examples/clients/callingbox/call.sh AGENT_ID +15550100001
set -euo pipefail
url=${CALLINGBOX_BASE_URL:-http://127.0.0.1:8080/callingbox}
agent=$1 number=$2

# The value of a member of the JSON object on the standard input. Enough for ids and words.
member() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }
callingbox() {
    curl -sS --fail-with-body -H "Authorization: Bearer $CALLINGBOX_API_KEY" -H 'Content-Type: application/json' "$@"
}

call=$(callingbox "$url/v1/calls" -d '{
    "agent_id": "'"$agent"'", "to": "'"$number"'",
    "context": {"guest": "Ana"}, "metadata": {"source": "example"}}' | member id)

while :; do
    record=$(callingbox "$url/v1/calls/$call")
    case $(member status <<<"$record") in
        completed | no_answer | busy | canceled | failed) break ;;
    esac
    sleep 1
done
echo "$record"
callingbox "$url/v1/calls/$call/transcript"
