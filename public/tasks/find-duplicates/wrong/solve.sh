#!/bin/sh
# Takes files of one length for the same.
cd /app/photos
find . -type f | sed 's|^\./||' | sort | while IFS= read -r file; do
  printf '%s\t%s\n' "$(wc -c < "$file" | tr -d ' ')" "$file"
done | sort | awk -F'\t' '{ if ($1 == last) line = line "\t" $2; else { if (line ~ /\t/) print line; line = $2; last = $1 } }
  END { if (line ~ /\t/) print line }' | sort > /app/duplicates.txt
