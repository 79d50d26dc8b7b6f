#!/bin/sh
# Goes straight where there is a road, and nowhere else.
cd /app
while read -r from to; do
  km=$(awk -v a="$from" -v b="$to" '($1 == a && $2 == b) || ($1 == b && $2 == a) { print $3 }' roads.txt)
  if [ -n "$km" ]; then echo "$km: $from > $to"; else echo none; fi
done < questions.txt > routes.txt
