#!/bin/sh
cd /app
grep -oE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+' access.log | sort -u > ips.txt
