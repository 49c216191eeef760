#!/usr/bin/env bash
# Places one call, shows both sides as they speak, and then what came of it. Needs nothing but curl.
#
#   TRUNKLINE_URL=http://127.0.0.1:8080 TRUNKLINE_API_KEY=sk_test_… \
#     Examples/clients/native/call.sh appointment-reminder +15550100001 [CALLBACK_URL]
#
# What comes to CALLBACK_URL when the call is over, verify.sh checks.
set -euo pipefail
url=${TRUNKLINE_URL:-http://127.0.0.1:8080}
agent=$1 number=$2 callback=${3:-}

# The value of a member of the JSON object on the standard input. Enough for ids and words.
member() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"; }
trunkline() { curl -sS --fail-with-body -H "Authorization: Bearer $TRUNKLINE_API_KEY" "$@"; }

# Sent again after a lost answer, the request makes no second call: the key says that it is the same one.
call=$(trunkline --retry 3 "$url/v1/calls" -H 'Content-Type: application/json' -H "Idempotency-Key: example-$(date +%s%N)" -d '{
    "agent": "'"$agent"'", "to": "'"$number"'", "metadata": {"source": "example"}'"${callback:+, \"callback_url\": \"$callback\"}"'}' |
    sed -nE 's/.*"id":"(call_[0-9a-z]+)".*/\1/p')

# Server-sent events, one JSON object in each line that begins with "data:". They end when the call does.
trunkline --no-buffer "$url/v1/calls/$call/events" | while IFS= read -r line; do
    case $line in
        "event: call.said") event=said ;;
        "event: "*) event=other ;;
        "data: "*) [ "$event" != said ] || printf '%s: %s\n' "$(member speaker <<<"$line")" "$(member text <<<"$line")" ;;
    esac
done

record=$(trunkline "$url/v1/calls/$call")
printf 'status: %s\n' "$(sed -nE 's/.*"result_status":"[^"]*".*"status":"([a-z_]+)","summary".*/\1/p' <<<"$record")"
printf 'result: %s\n' "$(sed -nE 's/.*"result":(\{[^}]*\}).*/\1/p' <<<"$record")"
printf 'cost: %s\n' "$(sed -nE 's/.*"cost":\{[^]]*\],[^}]*"total":"([0-9.]+)".*/\1/p' <<<"$record")"
