#!/usr/bin/env bash
# export.sh STACK: writes the state of a stack to states/. Its secrets stay encrypted.
set -euo pipefail
stack=$1
mkdir -p states
pulumi stack export --stack "$stack" --file "states/$stack.json" --non-interactive --color never
