#!/usr/bin/env bash
# Triggers one call through the Aitelier door and waits for its session. Needs nothing but curl.
#
#   AITELIER_URL=http://127.0.0.1:8080/aitelier AITELIER_API_KEY=avp_test_… \
#     Examples/clients/aitelier/call.sh appointment-reminder +15550100001
set -euo pipefail
url=${AITELIER_URL:-http://127.0.0.1:8080/aitelier}
scenario=$1 phone=$2

# The value of a member of the JSON object on the standard input. Enough for ids and words.
member() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }
# Tried again if the network fails: under one Idempotency-Key that is one call, however often it is sent.
aitelier() { curl -sS --fail-with-body --retry 3 -H "Authorization: Bearer $AITELIER_API_KEY" "$@"; }

session=$(aitelier "$url/v1/calls" -H 'Content-Type: application/json' -H "Idempotency-Key: example-$$-$(date +%s%N)" -d '{
    "scenario": "'"$scenario"'", "phone": "'"$phone"'",
    "metadata": {"name": "Maria", "day": "Friday"}}' | member session_id)

while :; do
    record=$(aitelier "$url/v1/sessions/$session")
    case $(member status <<<"$record") in
        completed | failed) break ;;
    esac
    sleep 1
done
echo "$record"
