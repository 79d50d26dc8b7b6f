#!/bin/sh
printf 'hill.txt\told/hill-1.txt\nold/sea 2.txt\tsea.txt\ttrip/copy.txt\n' > /tmp/wanted
if diff /tmp/wanted /app/duplicates.txt; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
