#!/usr/bin/env bash
# audit.sh STACK...: compares the stacks with the workspace. Exits with 2 if there are findings.
set -euo pipefail
for stack in "$@"; do
  scripts/export.sh "$stack"
done
states=("${@/%/.json}")
npx --yes pulumi-dench@0.1.0 audit ${GITHUB_ACTIONS:+--github} "${states[@]/#/states/}"
