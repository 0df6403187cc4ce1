#!/usr/bin/env bash
# One reader's story against a running service, to see in seconds whether it works. Leaves nothing behind.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
options "$@"

printf 'Smoke test of %s\n' "$base"
check 'the process is alive' answers 200 GET /api/live
check 'it is ready for traffic' answers 200 GET /api/ready
check 'without a token nothing is told' answers 401 GET /api/recommendations/top
check 'a reader registers and logs in' register_and_log_in

check 'the catalogue has books' answers 200 GET '/api/books?limit=3'
book=$(field id)
check 'a book can be looked at' answers 200 GET "/api/books/$book"
check 'a wrong request names the field' answers 400 GET '/api/recommendations/top?n=0'
check '… as a problem' grep -q '"errors":{"n":' "$work/body"

key="smoke-$RANDOM$RANDOM"
like="{\"book_id\":$book,\"type\":\"like\"}"
check 'a like is stored' answers 201 POST /api/interactions "$like" --header "Idempotency-Key: $key"
first=$(field id)
check 'sent again with its key it is answered again' answers 201 POST /api/interactions "$like" --header "Idempotency-Key: $key"
check '… as the same one' test "$(field id)" = "$first"
check 'the key with another body is refused' answers 422 POST /api/interactions "{\"book_id\":$book,\"type\":\"dislike\"}" --header "Idempotency-Key: $key"

check 'there are recommendations' answers 200 GET '/api/recommendations/top?n=5'
check '… five of them' test "$(grep -o '"score":' "$work/body" | wc -l)" = 5
check '… with reasons' grep -q '"reasons":\[{' "$work/body"
check '… without the book that was liked' bash -c "! grep -q '\"book\":{\"id\":$book,' '$work/body'"
check 'there are similar books' answers 200 GET "/api/recommendations/similar/$book?n=3"
check 'the history has the like' answers 200 GET /api/interactions/me
check '… once' test "$(grep -o '"book_id":' "$work/body" | wc -l)" = 1
check 'the like is taken back' answers 204 DELETE "/api/interactions/$first"
check 'the history is empty' answers 200 GET /api/interactions/me
check '… really' grep -q '"items":\[\]' "$work/body"

check 'readers are no administrators' answers 403 GET /api/admin/model-status
check 'tokens are refreshed' answers 200 POST /api/auth/refresh "{\"refresh_token\":\"$refresh_token\"}"
token=$(field access_token)
check 'the account is erased' answers 204 DELETE /api/account
check '… and cannot log in any more' answers 401 POST /api/auth/login "{\"email\":\"$email\",\"password\":\"$password\"}"
conclude
