/** What IndexedDB's errors are read as. */
import { expect, it } from 'vitest';
import { codeOf } from '../testing/kernel.ts';
import { given, saveError } from './idberrors.ts';

const aborted = (): Promise<never> =>
  Promise.reject(new DOMException('The transaction was aborted.', 'AbortError'));

it('the end of a transaction tells why a request of it was aborted', async () => {
  const full = Promise.reject(new DOMException('No room.', 'QuotaExceededError'));
  const save = async (end: Promise<void>): Promise<void> => {
    try {
      await given(aborted(), end);
    } catch (error) {
      throw saveError(error, 'it is tried again');
    }
  };
  expect(await codeOf(() => save(full))).toBe('ENOSPC');
  expect(await codeOf(() => save(Promise.resolve()))).toBe('EIO');
});

it('any other failure of a request is its own', async () => {
  const data = Promise.reject(new DOMException('Not to be cloned.', 'DataCloneError'));
  const end = Promise.reject(new DOMException('No room.', 'QuotaExceededError'));
  end.catch(() => undefined);
  await expect(given(data, end)).rejects.toMatchObject({ name: 'DataCloneError' });
});
