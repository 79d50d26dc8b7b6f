/** The countries of ncal(1), and the last day of the Julian calendar in each. */
import type { CalendarDate } from './days.ts';

export interface Country {
  readonly code: string;
  readonly name: string;
  readonly last: CalendarDate;
}

const table = `
AL Albania|1912-11-30
AT Austria|1583-10-05
AU Australia|1752-09-02
BE Belgium|1582-12-14
BG Bulgaria|1916-03-31
CA Canada|1752-09-02
CH Switzerland|1655-02-28
CN China|1911-12-18
CZ Czech Republic|1584-01-06
DE Germany|1700-02-18
DK Denmark|1700-02-18
ES Spain|1582-10-04
FI Finland|1753-02-17
FR France|1582-12-09
GB United Kingdom|1752-09-02
GR Greece|1924-03-09
HU Hungary|1587-10-21
IS Iceland|1700-11-16
IT Italy|1582-10-04
JP Japan|1918-12-18
LI Lithuania|1918-02-01
LU Luxembourg|1582-12-14
LV Latvia|1918-02-01
NL Netherlands|1582-12-14
NO Norway|1700-02-18
PL Poland|1582-10-04
PT Portugal|1582-10-04
RO Romania|1919-03-31
RU Russia|1918-01-31
SI Slovenia|1919-03-04
SE Sweden|1753-02-17
TR Turkey|1926-12-18
US United States|1752-09-02
YU Yugoslavia|1919-03-04
`;

const countries: readonly Country[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', date = ''] = line.slice(3).split('|');
    const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
    return { code: line.slice(0, 2), name, last: { year, month, day } };
  });

/** The country whose reform is taken where none is named. */
export const DEFAULT_COUNTRY = 'US';

export const countryOf = (code: string): Country | undefined =>
  countries.find((each) => each.code === code);

/** The list that `-p` prints, in two columns. */
export function countryList(): string {
  const half = Math.ceil(countries.length / 2);
  let text = '';
  for (const [at, left] of countries.slice(0, half).entries()) {
    const right = countries[half + at];
    text += right ? `${shown(left)}     ${shown(right)}\n` : `${shown(left)}\n`;
  }
  return text;
}

function shown({ code, name, last: { year, month, day } }: Country): string {
  const mark = code === DEFAULT_COUNTRY ? '*' : ' ';
  const [mm, dd] = [month, day].map((part) => String(part).padStart(2, '0'));
  return `${mark}${code} ${name.padEnd(15)}${String(year).padStart(4)}-${mm}-${dd}`;
}
