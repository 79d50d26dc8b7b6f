#!/bin/sh
awk '{ n[$3]++ } END { for (l in n) print l, n[l] }' /app/server.log | sort -k2,2nr -k1,1 > /app/levels.txt
