#!/usr/bin/env bash
# audit.sh STACK...: compares the stacks with the workspace. Exits with 2 if there are findings.
set -euo pipefail
mkdir -p states
for stack in "$@"; do
  pulumi stack export --stack "$stack" --file "states/$stack.json" # without --show-secrets
done
states=("${@/%/.json}")
npx --yes pulumi-dench@0.1.0 audit ${GITHUB_ACTIONS:+--github} "${states[@]/#/states/}"
