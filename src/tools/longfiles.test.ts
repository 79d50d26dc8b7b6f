/** Tools that read long files into memory that is used again, beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

/** Lines of several lengths, and lines that are longer than what is read at once. */
const files = `seq 500000 > f; { seq 90000; yes abc | head -n 900000 | tr -d '\\n'; echo; seq 70000 | tr '\\n' ' '; echo; seq 9; } > g
printf end >> g`;

describe.runIf(isDebian)('long files', () => {
  it.each([
    'cat F | cksum; cat -n F | cksum; cat F F | cksum',
    'wc F; wc -l F; wc -c < F; cksum F; md5sum F; sha256sum F',
    'sort -rn F | cksum; sort F F | cksum; sort -u F | cksum',
    "sed -n 1~3p F | cksum; sed 1~3d F | cksum; sed s/1/x/ F | cksum; sed -n '$p;$=' F; sed '$d' F | cksum",
    "sed 'N;N;s/\\n/-/g' F | cksum; sed -n '/99$/,/5$/p' F | cksum; sed -n 'H;/77$/{x;p}' F | cksum",
    "sed -s -n '$p' F F; sed 's/^/> /' F F | cksum; sed '/9/d' F | cksum; sed 99999q F | cksum",
    `awk '{s+=$1} END{printf "%d %.0f\\n", NR, s}' F; awk '/77/' F | cksum; awk -v RS= '{print length($0)}' F; awk 'NR%1000==0{print; getline; print}' F | cksum`,
    'cut -c2-5 F | cksum; cut -d1 -f2 F | cksum; rev F | cksum; nl F | cksum; uniq F | cksum; paste F F | cksum; tac F | cksum',
  ])('%s', (script) =>
    expectDebian(`${files}\n${['f', 'g'].map((name) => script.replaceAll('F', name)).join('\n')}`),
  );
});
