#!/usr/bin/env bash
# comment.sh PULL_REQUEST: writes the saved previews to a pull request, in one comment that later runs replace.
set -euo pipefail
{
  echo "## Gateway keys"
  for file in plans/*.txt; do
    printf '\n<details open><summary>%s</summary>\n\n```text\n%s\n```\n\n</details>\n' "$(basename "$file" .txt)" "$(cat "$file")"
  done
} > plans/comment.md
gh pr comment "$1" --body-file plans/comment.md --edit-last --create-if-none
