#!/bin/sh
if pytest /tests/test_outputs.py -rA; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
