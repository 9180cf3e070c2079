#!/usr/bin/env bash
# rotate.sh STACK: rotates the keys that have reached their age, and revokes previous keys whose overlap is over.
set -euo pipefail
stack=$1
pulumi up --stack "$stack" --yes --skip-preview --non-interactive --color never --suppress-progress
