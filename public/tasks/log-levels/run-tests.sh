#!/bin/sh
printf 'INFO 3\nERROR 2\nWARN 2\nDEBUG 1\n' | diff - /app/levels.txt
