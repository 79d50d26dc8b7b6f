#!/bin/sh
cat > /app/backup.sh <<'EOF'
#!/bin/sh
if [ $# -ne 2 ]; then
  echo "usage: backup.sh SOURCE TARGET" >&2
  exit 2
fi
source=${1%/}
target=${2%/}
mkdir -p "$target"
count=0
find "$source" -type f -name '*.txt' > /tmp/backup-list
while IFS= read -r file; do
  name=${file#"$source"/}
  mkdir -p "$target/$(dirname "$name")"
  cp "$file" "$target/$name"
  count=$((count + 1))
done < /tmp/backup-list
echo "$count files copied"
EOF
