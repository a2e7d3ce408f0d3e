#!/usr/bin/env bash
# Resolve and write the locks. uv.lock itself names hosts, so it is made aside and thrown away.
set -euo pipefail
venv=$1
uv="$venv/bin/uv"
rm -f uv.lock
"$uv" lock -q
export_lock() { "$uv" export -q --frozen --no-emit-project --no-annotate --no-header "$@"; }
export_lock --no-default-groups --group build -o requirements/run.lock
export_lock --no-default-groups --group build --group check --group test --group docs -o requirements/dev.lock
export_lock --no-default-groups --group spark -o requirements/spark.lock
printf 'uv==%s\n' "$("$uv" --version | cut -d' ' -f2)" |
  "$uv" pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url - -o requirements/installer.lock
rm -f uv.lock
if grep -nE 'https?://' requirements/*.lock; then echo "A lock names a host." >&2; exit 1; fi
