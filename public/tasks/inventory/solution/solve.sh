#!/bin/sh
cd /workspace
find . -type f ! -name inventory.json | sed 's|^\./||' | sort > /tmp/list
while IFS= read -r file; do
  wc -lwc < "$file" | awk -v file="$file" '{ printf "{\"%s\":{\"lines\":%d,\"words\":%d,\"bytes\":%d}}\n", file, $1, $2, $3 }'
done < /tmp/list | jq -s add > /tmp/inventory.json
cp /tmp/inventory.json inventory.json
jq '{lines: (map(.lines) | add), words: (map(.words) | add), bytes: (map(.bytes) | add)}' inventory.json > /task/result.json
