/** Absolute URLs of what is reached over a network, as someone wrote them. */
import { fail } from '../kernel/errors.ts';

/** Of one of these protocols (`https:`), without a name and password in it; EINVAL. What follows `#` is nobody's. */
export function absoluteUrl(value: unknown, protocols: readonly string[], example: string): URL {
  let url: URL;
  try {
    url = new URL(String(value));
  } catch {
    return fail('EINVAL', `'${String(value)}' is no absolute URL: ${example}`);
  }
  if (typeof value !== 'string' || !protocols.includes(url.protocol))
    fail('EINVAL', `a URL is ${protocols.join(' or ')} here: ${example}`);
  if (url.username !== '' || url.password !== '')
    fail('EINVAL', 'a URL with a name and password in it is refused: the host adds credentials');
  url.hash = '';
  return url;
}
