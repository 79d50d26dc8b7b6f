#!/bin/sh
cd /app
grep -oE '[0-9]+(\.[0-9]+)+' access.log |
  awk -F'[.]' 'NF == 4 && $1 < 256 && $2 < 256 && $3 < 256 && $4 < 256' |
  sort -t. -k1,1n -k2,2n -k3,3n -k4,4n | uniq > ips.txt
