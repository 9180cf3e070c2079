#!/usr/bin/env bash
# Checks that the variables are set, installs the plugin, and logs in to the state back end of PULUMI_BACKEND_URL.
set -euo pipefail
for name in PULUMI_BACKEND_URL DENCH_API_KEY; do
  if [ -z "${!name:-}" ]; then
    echo "$name is not set. Set it in the settings of the repository, and run this again." >&2
    exit 2
  fi
done
pulumi plugin install resource dench 0.1.0 --server github://api.github.com/DenchHQ/pulumi-dench
pulumi login --non-interactive "$PULUMI_BACKEND_URL"
