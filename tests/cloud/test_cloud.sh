#!/usr/bin/env bash
# A deployed service as its public side shows it: TLS, headers, limits, closed surfaces. Run it from outside the networks that are let in.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
usage() {
  printf 'usage: %s URL [--ca CERTIFICATE | --insecure]\n' "$script"
  printf '  INSIDE=1   this machine is one of those that may see metrics and health\n'
}
options "$@"
host=${base#*://}

printf 'Public side of %s\n' "$base"
check 'it is ready for traffic' answers 200 GET /api/ready

if [[ $base == https://* ]]; then
  tls() { "${curl[@]}" --output /dev/null "$@" "$base/api/live" 2>/dev/null; }
  check 'TLS 1.2 is spoken' tls --tls-max 1.2
  check 'TLS 1.3 is spoken' tls --tlsv1.3
  refused() { ! tls --ciphers 'DEFAULT@SECLEVEL=0' --tlsv1.0 --tls-max 1.1; }
  check 'TLS 1.1 is not' refused
  check 'HTTP/2 is spoken' test "$("${curl[@]}" --http2 --output /dev/null --write-out '%{http_version}' "$base/api/live")" = 2
  plain() { [[ $("${curl[@]}" --output /dev/null --write-out '%{http_code} %{redirect_url}' "http://$host/api/live") =~ ^30[18]\ https:// ]]; }
  check 'plain HTTP is sent to HTTPS' plain
  ask GET /api/live
  check 'browsers are told to stay with HTTPS' grep -qi '^strict-transport-security: max-age=[0-9]\{7,\}' "$work/head"
fi

ask GET /api/live
check 'types are not guessed' test "$(header x-content-type-options)" = nosniff
check 'no page may frame it' test "$(header x-frame-options)" = DENY
check 'addresses are not passed on' test "$(header referrer-policy)" = no-referrer
check 'answers are kept by nobody' grep -qi '^cache-control:.*no-store' "$work/head"
check 'no version of a server is told' bash -c "! grep -qiE '^(server: .*[0-9]|x-powered-by:)' '$work/head'"
check 'every answer has a request id' test -n "$(header x-request-id)"
ask GET /api/live '' --header 'X-Request-Id: cloud-test.1'
check '… the one that was asked for' test "$(header x-request-id)" = cloud-test.1
ask GET /api/live '' --header 'X-Request-Id: "quoted"'
check '… unless it could do harm' test "$(header x-request-id)" != '"quoted"'
check 'what is not there is a problem' answers 404 GET /api/nothing
check '… by its type' grep -qi '^content-type: application/problem+json' "$work/head"

surfaces=(/api/metrics /api/health /docs /openapi/v1.json /dashboard)
closed() { ask GET "$1" && [[ $status == 403 || $status == 404 ]]; }
for surface in "${surfaces[@]}"; do
  if [[ ${INSIDE-} != 1 ]]; then check "$surface is closed" closed "$surface"; fi
done
check 'the administration is closed' answers 401 GET /api/admin/model-status
check 'a token of nobody is refused' answers 401 GET /api/account '' --header 'Authorization: Bearer e30.e30.e30'
head -c 2000000 /dev/zero | tr '\0' ' ' >"$work/large"
check 'a body that is too large is refused' answers 413 POST /api/auth/login '' --header 'Content-Type: application/json' --data-binary "@$work/large"

check 'a reader registers and logs in' register_and_log_in
check 'long answers are packed' answers 200 GET '/api/books?limit=50' '' --header 'Accept-Encoding: gzip'
check '… with gzip' grep -qi '^content-encoding: gzip' "$work/head"
check 'the account is erased' answers 204 DELETE /api/account
token=

# Last, because it takes this address its budget for some seconds.
guess() {
  "${curl[@]}" --parallel --parallel-max 50 --output /dev/null --write-out '%{http_code}\n' --request POST --header 'Content-Type: application/json' \
    --data '{"refresh_token":"guessed"}' "$base/api/auth/refresh?[1-400]" 2>/dev/null | grep '^429$' >"$work/refused"
}
check 'guessing is slowed down' guess
conclude
