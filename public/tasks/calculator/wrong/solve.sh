#!/bin/sh
cat > /app/calc.py <<'EOF'
import sys

print(eval(sys.argv[1].replace("^", "**")))
EOF
