#!/usr/bin/env bash
# The browser of tests/web, out of Debian: Chromium, and a font with Chinese signs. Does nothing,
# at once, where both are there.
set -euo pipefail

missing=()
[ -x /usr/bin/chromium ] || missing+=(chromium)
command -v fc-list >/dev/null || missing+=(fontconfig)
[ -n "$(fc-list :lang=zh family 2>/dev/null || true)" ] || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

"${BASH_SOURCE[0]%/*}/install-from-debian.sh" 'The browser for the tests' "${missing[@]}"
