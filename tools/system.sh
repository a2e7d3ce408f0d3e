#!/usr/bin/env bash
# Install what only a system package gives, where that is allowed; say the command where it is not.
set -uo pipefail
declare -A has=([chromium]='command -v chromium' [java]='command -v java' [postgresql]='ls /usr/lib/postgresql/*/bin/postgres' [fonts]='fc-list 2>/dev/null | grep -qi noto')
declare -A pkg=([chromium]=chromium [java]=default-jre-headless [postgresql]=postgresql [fonts]='fonts-noto-core fontconfig')
want=()
for name in "$@"; do bash -c "${has[$name]}" >/dev/null 2>&1 || want+=(${pkg[$name]}); done
[ ${#want[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${want[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${want[@]}" >/dev/null
else
  echo "Not installed: ${want[*]}. On Debian: sudo apt-get install ${want[*]}" >&2
  exit 1
fi
