#!/bin/sh
printf 'Hello, world!\n' > /tmp/wanted
if diff /tmp/wanted /app/hello.txt; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
