#!/usr/bin/env bash
# up.sh STACK: applies the saved plan of a stack. Fails if the update would do anything else.
set -euo pipefail
stack=$1
pulumi up --stack "$stack" --plan "plans/$stack.json" --yes --skip-preview --non-interactive --color never --suppress-progress
