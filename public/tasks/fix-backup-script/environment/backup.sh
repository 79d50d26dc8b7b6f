#!/bin/sh
source=$1
target=$2
count=0
for file in $(find $source -name *.txt); do
  cp $file $target
done
echo "$count files copied"
