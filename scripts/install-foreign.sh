#!/usr/bin/env bash
# The foreign verifiers of tests/ledger/test_foreign*.py, out of Debian: Go with the Go project's
# own note and tree packages, and hledger; systemd, which reads our units. Does nothing, at once,
# where all of them are there.
set -euo pipefail

modules=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog

missing=()
command -v go >/dev/null && command -v gofmt >/dev/null || missing+=(golang-go)
[ -d "$modules" ] || missing+=(golang-golang-x-mod-dev)
command -v hledger >/dev/null || missing+=(hledger)
command -v systemd-analyze >/dev/null || missing+=(systemd)
[ ${#missing[@]} -gt 0 ] || exit 0

"${BASH_SOURCE[0]%/*}/install-from-debian.sh" 'What verifies our books and units' "${missing[@]}"
