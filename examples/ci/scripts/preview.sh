#!/usr/bin/env bash
# preview.sh STACK: previews a stack, and saves its plan and the text for a comment in plans/.
set -euo pipefail
stack=$1
mkdir -p plans
pulumi preview --stack "$stack" --save-plan "plans/$stack.json" --non-interactive --color never --suppress-progress |
  tee "plans/$stack.txt"
