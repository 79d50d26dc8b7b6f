#!/bin/sh
cat > /tmp/wanted <<'EOF'
15: Aven > Brill > Dusk > Elm > Fane
7: Aven > Brill
12: Fane > Elm > Dusk > Brill > Corm
7: Gorse > Hale > Iver
none
0: Elm
EOF
# Each line counts.
right=0
exec 3< /app/routes.txt
while IFS= read -r wanted; do
  IFS= read -r found <&3 || found=
  if [ "$found" = "$wanted" ]; then right=$((right + 1)); else echo "'$found' is not '$wanted'"; fi
done < /tmp/wanted
lines=$(wc -l < /app/routes.txt | tr -d ' ')
[ "$lines" = 6 ] || right=0
echo "{\"reward\": $(echo "$right" | awk '{ printf "%.2f", $1 / 6 }')}" > /logs/verifier/reward.json
