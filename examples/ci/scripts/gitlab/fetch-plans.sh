#!/usr/bin/env bash
# fetch-plans.sh COMMIT: downloads the plans of the merge request that a merge commit comes from into plans/.
set -euo pipefail
api="$CI_API_V4_URL/projects/$CI_PROJECT_ID"
get() {
  curl --fail-with-body --silent --show-error --location --header "PRIVATE-TOKEN: $GITLAB_TOKEN" "$@"
}
request=$(get "$api/repository/commits/$1/merge_requests" | jq --raw-output '.[0].iid // empty')
if [ -z "$request" ]; then
  echo "The commit $1 belongs to no merge request. Merge by a merge request, after its preview." >&2
  exit 1
fi
get --output plans.zip "$api/jobs/artifacts/refs%2Fmerge-requests%2F$request%2Fhead/download?job=preview"
unzip -o -q plans.zip
