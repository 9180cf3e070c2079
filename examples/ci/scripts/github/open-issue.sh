#!/usr/bin/env bash
# open-issue.sh TITLE FILE: opens an issue with the output of a check, unless one is open.
set -euo pipefail
title=$1
open=$(gh issue list --state open --search "in:title \"$title\"" --json number --jq length)
if [ "$open" = 0 ]; then
  gh issue create --title "$title" --body-file "$2"
fi
