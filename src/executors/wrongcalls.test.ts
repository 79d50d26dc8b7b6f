/** Calls of `oanix.capabilities` that are wrong: each fails with a code and a reason, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { FsError } from '../kernel/errors.ts';
import { type CapabilityBench, capabilityBench } from '../testing/capabilities.ts';
import { ExecutorError } from './error.ts';

const N = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
/** No compiler checks the page's callers. */
const wrong = undefined as never;
const five = 5 as never;

type Call = (bench: CapabilityBench) => unknown;
/** The id of the one capability that is mounted. */
const only = (capabilities: CapabilityBench['capabilities']): string =>
  capabilities.mounted()[0]?.id as string;
const keyring =
  (run: (keys: Awaited<ReturnType<CapabilityBench['capabilities']['keyring']>>) => unknown): Call =>
  async ({ capabilities }) =>
    run(await capabilities.keyring());

const calls: readonly (readonly [string, string, Call])[] = [
  [
    'a key of zeros',
    'EINVAL',
    keyring((keys) => keys.import('me', '0'.repeat(64), 'a passphrase')),
  ],
  ['a key of the order', 'EINVAL', keyring((keys) => keys.import('me', N, 'a passphrase'))],
  [
    'a key past the order',
    'EINVAL',
    keyring((keys) => keys.import('me', 'f'.repeat(64), 'a passphrase')),
  ],
  [
    'a key that is short',
    'EINVAL',
    keyring((keys) => keys.import('me', '1'.repeat(63), 'a passphrase')),
  ],
  ['a key that is a number', 'EINVAL', keyring((keys) => keys.import('me', five, 'a passphrase'))],
  [
    'a key without a name',
    'EINVAL',
    keyring((keys) => keys.import(wrong, '1'.repeat(64), 'a passphrase')),
  ],
  ['a key without a passphrase', 'EINVAL', keyring((keys) => keys.generate('me', wrong))],
  [
    'a sealed key that is none',
    'EINVAL',
    keyring((keys) => keys.import('me', 'ncryptsec1qqq', 'a passphrase')),
  ],
  [
    'a remote signer that is none',
    'EINVAL',
    keyring((keys) => keys.addRemote('me', five, 'a passphrase')),
  ],
  [
    'a remote signer without relays',
    'EINVAL',
    keyring((keys) => keys.addRemote('me', `bunker://${'a'.repeat(64)}`, 'a passphrase')),
  ],
  ['an extension that is not there', 'ENOTSUP', keyring((keys) => keys.addExtension('me'))],
  ['a lock of no key', 'ENOENT', keyring((keys) => keys.lock('nobody'))],
  ['a removal of no key', 'ENOENT', keyring((keys) => keys.remove(wrong))],
  ['an unlock of no key', 'ENOENT', keyring((keys) => keys.unlock('nobody', 'a passphrase'))],
  [
    'a short passphrase of the vault',
    'EINVAL',
    ({ capabilities }) => capabilities.vault.unlock('short'),
  ],
  ['no passphrase of the vault', 'EINVAL', ({ capabilities }) => capabilities.vault.unlock(wrong)],
  [
    'a secret while it is locked',
    'EACCES',
    ({ capabilities }) => capabilities.vault.set('a', 'secret'),
  ],
  ['a secret that is a number', 'EINVAL', ({ capabilities }) => capabilities.vault.set('a', five)],
  [
    'a secret by a strange name',
    'EINVAL',
    ({ capabilities }) => capabilities.vault.set('../a', 'secret'),
  ],
  ['a removal of no secret', 'ENOENT', ({ capabilities }) => capabilities.vault.remove('a')],
  ['a policy of nobody', 'ENOENT', ({ capabilities }) => capabilities.setPolicy('cap-99', {})],
  [
    'a policy left out',
    'EINVAL',
    ({ capabilities }) => capabilities.setPolicy(only(capabilities), undefined),
  ],
  [
    'a policy that is a text',
    'EINVAL',
    ({ capabilities }) => capabilities.setPolicy(only(capabilities), '{}'),
  ],
  [
    'a policy with an unknown word',
    'EINVAL',
    ({ capabilities }) => capabilities.setPolicy(only(capabilities), { all: true }),
  ],
  [
    'an answer to no question',
    'ENOENT',
    ({ capabilities }) => capabilities.answer('ask-99', 'once'),
  ],
  [
    'an answer that is none',
    'EINVAL',
    ({ capabilities }) => capabilities.answer('ask-99', 'yes' as never),
  ],
  ['a grant that is none', 'EINVAL', ({ capabilities }) => capabilities.revoke(wrong)],
  [
    'a grant that nobody gave',
    'ENOENT',
    ({ capabilities }) => capabilities.revoke({ who: 'a', cap: 'http', subject: 's' }),
  ],
];

describe('a wrong call', () => {
  it.each(calls)('with %s is %s', async (_what, code, call) => {
    const bench = capabilityBench();
    await bench.capabilities.make('http', {}, 'page');
    const before = JSON.stringify(bench.capabilities.mounted());
    const thrown = await Promise.resolve()
      .then(() => call(bench))
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(FsError);
    expect(thrown).toMatchObject({ code, reason: expect.stringMatching(/.{10}/) });
    expect(JSON.stringify(bench.capabilities.mounted())).toBe(before);
    expect(bench.kept()).toEqual({});
  });

  it('of another passphrase for a sealed key is EACCES', async () => {
    const { capabilities, kept } = capabilityBench();
    const keys = await capabilities.keyring();
    await keys.generate('me', 'a passphrase');
    const sealed = kept().keys?.[0]?.ncryptsec as string;
    await expect(keys.import('again', sealed, 'another one')).rejects.toMatchObject({
      code: 'EACCES',
    });
  });

  it('while the network is shut down is ENXIO, with its reason', async () => {
    const { capabilities } = capabilityBench();
    await capabilities.manager.shutdown(0);
    const thrown = await capabilities.make('http', {}, 'page').catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'ENXIO', reason: 'the network is being shut down' });
    expect(new ExecutorError('http', 'x')).toMatchObject({ code: 'EIO', reason: 'x' });
  });
});
