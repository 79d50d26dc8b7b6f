#!/bin/sh
# What the agent wrote is run apart: for it neither these tests nor their reward exist.
failed=0
check() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: '$2' is not '$3'"; failed=1; fi; }

mkdir -p "/tmp/from/sub dir" /tmp/from/empty
echo one > /tmp/from/one.txt
echo two > "/tmp/from/sub dir/two words.txt"
echo no > /tmp/from/other.md

printed=$(confine sh /app/backup.sh /tmp/from /tmp/to/deep)
check 'says how many' "$printed" '2 files copied'
check 'copies a file' "$(cat /tmp/to/deep/one.txt)" one
check 'copies names with blanks' "$(cat '/tmp/to/deep/sub dir/two words.txt')" two
check 'copies nothing else' "$(find /tmp/to -type f | wc -l | tr -d ' ')" 2
confine sh /app/backup.sh /tmp/from > /tmp/out 2> /tmp/err
check 'exits with 2 without a target' $? 2
check 'prints the usage to standard error' "$(grep -ci usage /tmp/err)" 1
check 'prints nothing else' "$(cat /tmp/out)" ''
echo $((1 - failed)) > /logs/verifier/reward.txt
