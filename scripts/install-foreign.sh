#!/usr/bin/env bash
# The foreign verifiers of tests/ledger/test_foreign*.py, out of Debian: Go with the Go project's
# own note and tree packages, and hledger. Does nothing, at once, where all of them are there.
set -euo pipefail

modules=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog

missing=()
command -v go >/dev/null && command -v gofmt >/dev/null || missing+=(golang-go)
[ -d "$modules" ] || missing+=(golang-golang-x-mod-dev)
command -v hledger >/dev/null || missing+=(hledger)
[ ${#missing[@]} -gt 0 ] || exit 0

refuse() {
	printf '\033[31m%s\033[0m\n' "$1" >&2
	exit 1
}

if ! command -v apt-get >/dev/null; then
	refuse "Foreign verifiers are missing, and this is not Debian: install what gives ${missing[*]}."
fi
if [ "$(id -u)" -ne 0 ]; then
	refuse "Foreign verifiers are missing. As root: apt-get install ${missing[*]}"
fi

printf 'Installing %s\n' "${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() {
	apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
if ! said=$(install 2>&1); then
	printf '%s\n' "$said" >&2
	refuse "Debian did not give ${missing[*]}; the foreign verifiers cannot run."
fi
