#!/usr/bin/env bash
# find-leaks.sh: opens an issue for each open alert of secret scanning about a value of a key that is still valid. Requires the
# states in states/, and ALERTS_TOKEN, a token with the permission to read secret scanning alerts.
set -euo pipefail
alerts=repos/$GITHUB_REPOSITORY/secret-scanning/alerts
read_alerts() {
  GH_TOKEN=$ALERTS_TOKEN gh api "$@"
}
numbers=$(read_alerts --paginate "$alerts?state=open&per_page=100" --jq '.[] | select(.secret | contains("dg_live_")) | .number')
failed=0
for number in $numbers; do
  title="Secret scanning alert $number: a gateway key has leaked"
  known=$(gh issue list --state all --search "in:title \"$title\"" --json number --jq length)
  if [ "$known" != 0 ]; then
    continue
  fi
  value=$(read_alerts "$alerts/$number" --jq .secret)
  echo "::add-mask::$value" # The runner then hides the value in the log.
  code=0
  printf '%s' "$value" | npx --yes pulumi-dench@0.1.0 whose states/*.json > leak.txt || code=$?
  case $code in
    0) echo "Secret scanning alert $number: the key is revoked. Close the alert." ;;
    2)
      printf 'https://github.com/%s/security/secret-scanning/%s\n\n```text\n%s\n```\n' "$GITHUB_REPOSITORY" "$number" "$(cat leak.txt)" > leak.md
      gh issue create --title "$title" --body-file leak.md
      ;;
    *)
      echo "Secret scanning alert $number: $(cat leak.txt)"
      failed=1
      ;;
  esac
done
exit "$failed"
