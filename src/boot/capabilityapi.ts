/** `window.oanix.capabilities`: what a person decides of the network, as methods. */
import { capabilityChecks } from './apichecks.ts';
import { checkArguments } from './arguments.ts';
import type { CapabilityCalls } from './protocol.ts';

type Call = <K extends keyof CapabilityCalls>(
  method: K,
  ...args: Parameters<CapabilityCalls[K]>
) => Promise<Awaited<ReturnType<CapabilityCalls[K]>>>;

export const capabilitiesApi = (call: Call): CapabilityCalls =>
  checkArguments<CapabilityCalls>(
    'oanix.capabilities',
    {
      state: () => call('state'),
      setPolicy: (id, policy) => call('setPolicy', id, policy),
      answer: (id, answer) => call('answer', id, answer),
      revoke: (grant) => call('revoke', grant),
      unlockVault: (passphrase) => call('unlockVault', passphrase),
      lockVault: () => call('lockVault'),
      setSecret: (name, value) => call('setSecret', name, value),
      removeSecret: (name) => call('removeSecret', name),
      generateKey: (name, passphrase) => call('generateKey', name, passphrase),
      importKey: (name, text, passphrase) => call('importKey', name, text, passphrase),
      addExtension: (name) => call('addExtension', name),
      addRemote: (name, url, passphrase) => call('addRemote', name, url, passphrase),
      unlockKey: (name, passphrase) => call('unlockKey', name, passphrase),
      lockKey: (name) => call('lockKey', name),
      removeKey: (name) => call('removeKey', name),
    },
    capabilityChecks,
  );
