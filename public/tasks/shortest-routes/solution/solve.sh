#!/bin/sh
cd /app
awk '
  FNR == NR { road[$1, $2] = $3; road[$2, $1] = $3; towns[$1] = towns[$2] = 1; next }
  {
    delete best; delete way; delete done
    best[$1] = 0; way[$1] = $1
    while (1) {
      next_town = ""
      for (t in best) if (!(t in done) && (next_town == "" || best[t] < best[next_town])) next_town = t
      if (next_town == "") break
      done[next_town] = 1
      for (t in towns) {
        if (!((next_town, t) in road)) continue
        length_ = best[next_town] + road[next_town, t]
        route = way[next_town] " > " t
        if (!(t in best) || length_ < best[t] || (length_ == best[t] && route < way[t])) {
          best[t] = length_; way[t] = route
        }
      }
    }
    if ($2 in best) print best[$2] ": " way[$2]; else print "none"
  }' roads.txt questions.txt > routes.txt
