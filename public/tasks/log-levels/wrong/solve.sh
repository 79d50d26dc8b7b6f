#!/bin/sh
for level in INFO ERROR WARN DEBUG; do echo "$level $(grep -c $level /app/server.log)"; done > /app/levels.txt
