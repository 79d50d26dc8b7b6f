/** What changed in a text, as patch(1) takes it. */

/** Longer differences are told as such. */
const DIFF_MS = 1_000;

/** `undefined` for a file that is not there. */
export async function unified(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Promise<string> {
  // Loaded when first asked for.
  const { createTwoFilesPatch } = await import('diff');
  const [from, to] = [
    before === undefined ? '/dev/null' : `a${path}`,
    after === undefined ? '/dev/null' : `b${path}`,
  ];
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
    timeout: DIFF_MS,
  });
  return patch ?? `Files ${from} and ${to} differ in too many places to show\n`;
}
