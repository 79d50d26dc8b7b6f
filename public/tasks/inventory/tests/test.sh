#!/bin/sh
cat > /tmp/wanted.json <<'EOF'
{
  "README.md": { "lines": 3, "words": 9, "bytes": 43 },
  "empty.txt": { "lines": 0, "words": 0, "bytes": 0 },
  "kitchen/list.txt": { "lines": 4, "words": 5, "bytes": 26 },
  "kitchen/note.txt": { "lines": 0, "words": 5, "bytes": 21 }
}
EOF
jq -S . /tmp/wanted.json > /tmp/wanted
jq -S . /workspace/inventory.json > /tmp/found
if diff /tmp/wanted /tmp/found; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
