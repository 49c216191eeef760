#!/usr/bin/env bash
# Places one call through the Telzino door and waits for its result. Needs nothing but curl.
#
#   TELZINO_URL=http://127.0.0.1:8080/telzino TELZINO_CLIENT_ID=key_… TELZINO_CLIENT_SECRET=sk_test_… \
#     Examples/clients/telzino/call.sh AGENT_ID +15550100001
set -euo pipefail
url=${TELZINO_URL:-http://127.0.0.1:8080/telzino}
agent=$1 number=$2

# The value of a member of the JSON object on the standard input. Enough for ids and words.
member() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }
request() { curl -sS --fail-with-body -H 'Content-Type: application/json' "$@"; }

token=$(request "$url/oauth/token" -d '{
    "client_id": "'"$TELZINO_CLIENT_ID"'", "client_secret": "'"$TELZINO_CLIENT_SECRET"'",
    "audience": "https://api.telzino.com/", "grant_type": "client_credentials"}' | member access_token)
telzino() { request -H "Authorization: Bearer $token" "$@"; }

call=$(telzino "$url/v1/agents/$agent/outbound-calls" -d '{
    "to_number": "'"$number"'",
    "call_context": "You are calling John to confirm his appointment tomorrow at 2 pm.",
    "metadata": {"source": "example"}}' | member id)

while :; do
    record=$(telzino "$url/v1/agents/$agent/outbound-calls/$call")
    case $(member status <<<"$record") in
        completed | no_answer | busy | failed) break ;;
    esac
    sleep 1
done
echo "$record"

log=$(member transcript_id <<<"$record")
[ -z "$log" ] || telzino "$url/v1/agents/$agent/call-logs/$log"
