#!/usr/bin/env bash
# open-issue.sh TITLE FILE: opens an issue with the output of a check, unless one is open.
set -euo pipefail
api="$CI_API_V4_URL/projects/$CI_PROJECT_ID/issues"
title=$1
call() {
  curl --fail-with-body --silent --show-error --header "PRIVATE-TOKEN: $GITLAB_TOKEN" "$@"
}
open=$(call --get --data state=opened --data in=title --data-urlencode "search=$title" "$api" | jq length)
if [ "$open" = 0 ]; then
  call --output /dev/null --data-urlencode "title=$title" --data-urlencode "description@$2" "$api"
fi
