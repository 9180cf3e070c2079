#!/usr/bin/env bash
# open-issue.sh STACK FILE: opens an issue about drift with the output of the check, unless one is open.
set -euo pipefail
title="The keys of $1 differ from the program"
open=$(gh issue list --state open --search "in:title \"$title\"" --json number --jq length)
if [ "$open" = 0 ]; then
  gh issue create --title "$title" --body-file "$2"
fi
