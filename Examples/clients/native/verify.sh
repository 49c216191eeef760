#!/usr/bin/env bash
# Checks that a webhook came from the server and not from anybody else (Standard Webhooks). Needs curl and openssl.
#
#   TRUNKLINE_URL=http://127.0.0.1:8080 TRUNKLINE_API_KEY=sk_test_… \
#     Examples/clients/native/verify.sh "$webhook_id" "$webhook_timestamp" "$webhook_signature" <body
#
# The arguments are the headers of those names; the body is taken byte for byte. Exit status: 0 if it is genuine and not older than five minutes.
set -euo pipefail
url=${TRUNKLINE_URL:-http://127.0.0.1:8080}
id=$1 timestamp=$2 signatures=$3

age=$(($(date +%s) - timestamp))
[ "${age#-}" -le 300 ] || { echo "not from now: the clock differs by $age s" >&2; exit 1; }

secret=$(curl -sS --fail-with-body -H "Authorization: Bearer $TRUNKLINE_API_KEY" "$url/v1/webhooks/secret" |
    sed -nE 's/.*"secret":"whsec_([^"]*)".*/\1/p')
key=$(base64 -d <<<"$secret" | od -An -v -tx1 | tr -d ' \n')
expected="v1,$({ printf '%s.%s.' "$id" "$timestamp"; cat; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 -w0)"
for signature in $signatures; do
    [ "$signature" != "$expected" ] || { echo "genuine: $id"; exit 0; }
done
echo "not genuine" >&2
exit 1
