#!/usr/bin/env bash
# Install one lock (versions and hashes) and Safar itself, from this checkout.
set -euo pipefail
venv=$1 lock=$2
echo "Installing requirements/$lock.lock"
"$venv/bin/uv" pip install -q --python "$venv/bin/python" --require-hashes -r "requirements/$lock.lock"
"$venv/bin/uv" pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e .
touch "$venv/.$lock"
