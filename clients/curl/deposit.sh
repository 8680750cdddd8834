#!/usr/bin/env bash
# Deposit a file and verify it, with curl and openssl 3.
# deposit.sh URL APPLICATION KEY CERTIFICATE FILE CHAIN REF      (passphrase: TIANPING_KEY_PASSPHRASE)
# The gateway encodes (`deposits:prepare`); this script checks that the encoded body commits to the file before it signs.
set -euo pipefail
url=$1 application=$2 key=$3 certificate=$4 file=$5 chain=$6 ref=$7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sm3() { openssl dgst -sm3 -binary "$@"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { printf '%b' "$(sed 's/../\\x&/g')"; }
field() { python3 -c "import json,sys; print(json.load(sys.stdin)$1)"; }
sign() { # standard input: message; standard output: base64 of the signature in DER
  cat > "$work/message"
  openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678 -inkey "$key" \
    -passin env:TIANPING_KEY_PASSPHRASE -in "$work/message" | base64 -w0
}
send() { # METHOD PATH BODY-FILE: a signed request
  local time nonce digest
  time=$(date +%s%3N) nonce=$(openssl rand -hex 16) digest=$(sm3 "$3" | hex)
  signature=$({ printf 'tianping/request/1\0'; printf '%s\n%s\n%s\n%s\n%s' "$1" "$2" "$time" "$nonce" "$digest"; } | sign)
  curl -sS --fail-with-body -X "$1" "$url$2" -H 'Content-Type: application/json' --data-binary "@$3" \
    -H "Tianping-Certificate: $fingerprint" -H "Tianping-Time: $time" -H "Tianping-Nonce: $nonce" \
    -H "Tianping-Signature: $signature"
}

fingerprint=$(openssl x509 -in "$certificate" -outform DER | sm3 | hex)
salt=$(openssl rand -hex 16)
commit=$({ printf '%s' "$salt" | unhex; sm3 "$file"; } | sm3 | hex)
outside=$({ printf '%s' "$salt" | unhex; openssl dgst -sha256 -binary "$file"; } | openssl dgst -sha256 -binary | hex)
size=$(stat -c %s "$file")

cat > "$work/deposit.json" <<JSON
{"chain": "$chain", "application": "$application", "ref": "$ref", "category": "$chain", "items":
 [{"commit": "$commit", "commit_sha256": "$outside", "size": $size, "media_type": "application/octet-stream"}]}
JSON
curl -sS --fail-with-body "$url/ledger/v1/deposits:prepare" -H 'Content-Type: application/json' \
  --data-binary "@$work/deposit.json" > "$work/prepared.json"
field '["items"][0]' < "$work/prepared.json" | base64 -d | hex | grep -q "$commit" || { echo "prepared something else" >&2; exit 1; }
field '["message"]' < "$work/prepared.json" | base64 -d > "$work/to-sign"
signature=$(sign < "$work/to-sign")

printf '{"deposit": %s, "signed": {"certificate": "%s", "signature": "%s"}}' \
  "$(cat "$work/deposit.json")" "$fingerprint" "$signature" > "$work/signed.json"
send POST /ledger/v1/deposits "$work/signed.json" > "$work/answer.json"
number=$(field '["deposits"][0]["number"]' < "$work/answer.json")

verdict=$(curl -sS --fail-with-body "$url/ledger/v1/verifications:file" -H 'Content-Type: application/octet-stream' \
  -H "Tianping-Number: $number" -H "Tianping-Salt: $salt" --data-binary "@$file" | field '["verdict"]')
printf '{"number": "%s", "salt": "%s", "verdict": "%s"}\n' "$number" "$salt" "$verdict"
