#!/bin/sh
cat > /tmp/wanted.json <<'EOF'
{
  "name": "service",
  "ports": [8080],
  "log": { "level": "warn", "file": "/var/log/a.log", "rotate": { "size": "10M", "keep": 9 } },
  "users": { "anna": { "role": "admin" }, "carl": { "role": "guest" } },
  "limits": { "cpu": 2 }
}
EOF
jq -S . /tmp/wanted.json > /tmp/wanted
jq -S . /app/merged.json > /tmp/found
if diff /tmp/wanted /tmp/found; then reward=1; else reward=0; fi
echo "{\"reward\": $reward}" > /logs/verifier/reward.json
