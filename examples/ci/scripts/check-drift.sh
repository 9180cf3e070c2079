#!/usr/bin/env bash
# check-drift.sh STACK: fails if the workspace differs from the stack, or if it cannot be read.
set -euo pipefail
stack=$1
DENCH_DRIFT_CHECK=required pulumi preview --stack "$stack" --expect-no-changes --non-interactive --color never --suppress-progress
