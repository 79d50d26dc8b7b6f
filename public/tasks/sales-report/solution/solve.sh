#!/bin/sh
cat > /tmp/report.py <<'EOF'
import collections, csv, json

regions = collections.defaultdict(lambda: {"units": 0, "revenue": 0.0})
products = collections.Counter()
faulty = 0
with open("/app/sales.csv", newline="") as file:
    for row in csv.DictReader(file):
        if not row["units"].isdigit():
            faulty += 1
            continue
        units, price = int(row["units"]), float(row["unit_price"])
        regions[row["region"]]["units"] += units
        regions[row["region"]]["revenue"] += units * price
        products[row["product"]] += units * price
for region in regions.values():
    region["revenue"] = round(region["revenue"], 2)
best = products.most_common(1)[0][0]
with open("/app/report.json", "w") as file:
    json.dump({"regions": regions, "best_product": best, "faulty": faulty}, file)
EOF
python /tmp/report.py
