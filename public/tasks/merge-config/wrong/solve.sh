#!/bin/sh
cd /app
jq -s '.[0] + .[1]' base.json override.json > merged.json
