#!/usr/bin/env bash
# create-stacks.sh SECRETS_PROVIDER: creates the stacks. Run it once on your machine, and commit the changed Pulumi.*.yaml.
set -euo pipefail
for stack in dev staging production; do
  pulumi stack init "$stack" --secrets-provider "$1" --non-interactive
done
