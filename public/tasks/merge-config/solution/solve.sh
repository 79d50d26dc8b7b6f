#!/bin/sh
cd /app
jq -s 'def strip: if type == "object" then with_entries(select(.value != null) | .value |= strip) else . end;
  (.[0] * .[1]) | strip' base.json override.json > merged.json
