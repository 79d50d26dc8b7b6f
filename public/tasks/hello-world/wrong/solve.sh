#!/bin/sh
echo 'hello world' > /app/hello.txt
