#!/bin/sh
cd /app/photos
find . -type f -size +0 | sed 's|^\./||' | sort > /tmp/list
while IFS= read -r file; do
  printf '%s\t%s\n' "$(sha256sum "$file" | cut -d' ' -f1)" "$file"
done < /tmp/list | sort |
  awk -F'\t' '{ if ($1 == last) line = line "\t" $2; else { if (line ~ /\t/) print line; line = $2; last = $1 } }
    END { if (line ~ /\t/) print line }' | sort > /app/duplicates.txt
