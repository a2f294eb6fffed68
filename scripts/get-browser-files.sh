#!/usr/bin/env bash
# What pages load in the browser and is not ours: out of npm, of the versions and hashes in
# package-lock.json. Only the files named below are kept, each package with its licence.
#   get-browser-files.sh [FOLDER]
set -euo pipefail

root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
folder=${1:-$root/volunteer_credit/web/static/npm}

refuse() {
	printf '\033[31m%s\033[0m\n' "$1" >&2
	exit 1
}

if ! command -v npm >/dev/null; then
	refuse 'npm is missing: some browsers will not read codes by camera. Debian: apt-get install npm'
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
cp "$root/package.json" "$root/package-lock.json" "$made"
cd "$made"
if ! said=$(npm ci --ignore-scripts --no-audit --no-fund 2>&1); then
	printf '%s\n' "$said" >&2
	refuse 'npm did not give what pages load: some browsers will not read codes by camera.'
fi
rm -rf "$folder"
mkdir -p "$folder/qr"
cd node_modules/qr
cp decode.js index.js LICENSE-MIT "$folder/qr/"
