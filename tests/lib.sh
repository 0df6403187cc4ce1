# What the scripts of this folder share: where the service is, one way to ask it, and one line for each thing checked.

script=${0##*/}
checked=0
failed=0

# options "$@": reads the address and how to trust it into $base and $curl.
options() {
  base=
  curl=(curl --silent --show-error --max-time 30 --noproxy '127.0.0.1,localhost,::1')
  while (($# > 0)); do
    case $1 in
      --ca)
        (($# > 1)) || misused "--ca needs a file"
        curl+=(--cacert "$2")
        shift 2
        ;;
      -k | --insecure)
        curl+=(--insecure)
        shift
        ;;
      -h | --help)
        usage
        exit 0
        ;;
      -*) misused "there is no option $1" ;;
      *)
        [[ -z $base ]] || misused "one address is enough"
        base=${1%/}
        shift
        ;;
    esac
  done
  [[ $base =~ ^https?://[^/]+$ ]] || misused "an address such as https://books.example.org is missing"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
}

misused() {
  printf '%s: %s\n' "$script" "$1" >&2
  usage >&2
  exit 2
}

usage() {
  printf 'usage: %s URL [--ca CERTIFICATE | --insecure]\n' "$script"
}

# ask METHOD PATH [JSON] [CURL OPTIONS]: leaves the status in $status, the body in $work/body and the headers in $work/head.
ask() {
  local method=$1 path=$2 json=${3-} options=("${@:4}")
  if [[ -n ${token-} ]]; then options+=(--header "Authorization: Bearer $token"); fi
  if [[ -n $json ]]; then options+=(--header 'Content-Type: application/json' --data "$json"); fi
  status=$("${curl[@]}" --request "$method" --dump-header "$work/head" --output "$work/body" --write-out '%{http_code}' "${options[@]}" "$base$path") || status=000
}

# field NAME: a string or number of the last answer, the first of that name.
field() {
  grep -o "\"$1\":\(\"[^\"]*\"\|[0-9.]*\)" "$work/body" | head -n 1 | sed 's/^[^:]*://; s/^"//; s/"$//'
}

# header NAME: of the last answer.
header() {
  grep -i "^$1:" "$work/head" | tail -n 1 | cut -d : -f 2- | tr -d '\r' | sed 's/^ //'
}

# check WHAT COMMAND...: one line for a thing that should hold.
check() {
  local what=$1
  shift
  checked=$((checked + 1))
  if "$@"; then
    printf '  ok    %s\n' "$what"
  else
    failed=$((failed + 1))
    printf '  FAIL  %s\n' "$what"
    printf '        last answer: %s %s\n' "${status-}" "$(head -c 400 "$work/body" 2>/dev/null | tr '\r\n' '  ')"
  fi
}

# answers STATUS METHOD PATH [JSON] [CURL OPTIONS]: whether the answer has that status.
answers() {
  local wanted=$1
  shift
  ask "$@"
  [[ $status == "$wanted" ]]
}

# register_and_log_in: a new reader, whose token the requests from now on carry.
register_and_log_in() {
  email="check-$(date +%s)-$RANDOM$RANDOM@example.org"
  password="a password of the check $RANDOM"
  answers 201 POST /api/auth/register "{\"email\":\"$email\",\"password\":\"$password\"}" || return 1
  answers 200 POST /api/auth/login "{\"email\":\"$email\",\"password\":\"$password\"}" || return 1
  token=$(field access_token)
  refresh_token=$(field refresh_token)
  [[ -n $token ]]
}

# conclude: the count, and exit 1 where something failed.
conclude() {
  printf '%s: %d checked, %d failed\n' "$script" "$checked" "$failed"
  exit $((failed > 0))
}
