#!/usr/bin/env bash
# changes.sh VERSION: that version's section of CHANGELOG.md, for a release's notes. Ends with 1 when there is none.
set -euo pipefail

awk -v heading="## [$1]" '
  index($0, heading) == 1 { found = 1; next }
  found && /^## / { exit }
  found
  END { exit !found }
' "$(dirname "${BASH_SOURCE[0]}")/../CHANGELOG.md"
