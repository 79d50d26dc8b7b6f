/** What `y` makes of each byte, where its characters are all of ASCII; undefined where one is not. */
export function tableOf(map: ReadonlyMap<string, string>): Uint8Array | undefined {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [from, to] of map) {
    const [key, value] = [from.charCodeAt(0), to.charCodeAt(0)];
    if (key > 127 || value > 127) return undefined;
    table[key] = value;
  }
  return table;
}
