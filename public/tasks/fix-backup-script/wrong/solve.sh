#!/bin/sh
sed -i 's/cp $file $target/mkdir -p "$target"; cp "$file" "$target"; count=$((count + 1))/' /app/backup.sh
