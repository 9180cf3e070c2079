#!/usr/bin/env bash
# fetch-plans.sh COMMIT: downloads the plans of the pull request that a merge commit comes from into plans/.
set -euo pipefail
head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$1/pulls" --jq '.[0].head.sha // empty')
if [ -z "$head" ]; then
  # Without a commit, the next command would list the previews of all pull requests.
  echo "The commit $1 belongs to no pull request. Merge by a pull request, after its preview." >&2
  exit 1
fi
run=$(gh run list --workflow preview.yml --commit "$head" --status success --limit 1 --json databaseId --jq '.[0].databaseId // empty')
if [ -z "$run" ]; then
  echo "There is no successful preview of $head. Merge a pull request after its preview has succeeded." >&2
  exit 1
fi
gh run download "$run" --name plans --dir plans
