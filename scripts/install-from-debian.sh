#!/usr/bin/env bash
# What is missing, and its packages: install them as root on Debian, else say what to install.
#   install-from-debian.sh 'A browser' chromium fontconfig
set -euo pipefail

what=$1
shift

refuse() {
	printf '\033[31m%s\033[0m\n' "$1" >&2
	exit 1
}

if ! command -v apt-get >/dev/null; then
	refuse "$what is missing, and this is not Debian: install what gives $*."
fi
if [ "$(id -u)" -ne 0 ]; then
	refuse "$what is missing. As root: apt-get install $*"
fi

printf 'Installing %s\n' "$*"
export DEBIAN_FRONTEND=noninteractive
install() {
	apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
}
if ! said=$(install "$@" 2>&1); then
	printf '%s\n' "$said" >&2
	refuse "Debian did not give $*: $what is missing."
fi
