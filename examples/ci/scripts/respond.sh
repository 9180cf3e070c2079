#!/usr/bin/env bash
# respond.sh STACK INCIDENT: creates a new key and revokes every earlier one, for example for INC-2041.
set -euo pipefail
stack=$1 incident=$2
if ! [[ $incident =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]]; then
  echo "The incident must be letters, digits, dots, underscores and hyphens, for example INC-2041." >&2
  exit 2
fi
pulumi config set --stack "$stack" incident "$incident"
scripts/rotate.sh "$stack"
# Removing the identifier affects no key. The stack is then again as the repository describes it.
pulumi config rm --stack "$stack" incident
scripts/rotate.sh "$stack"
