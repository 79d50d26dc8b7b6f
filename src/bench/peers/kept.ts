/** Peers that keep files in IndexedDB: each writes files and resolves when it says that they are kept. */
import LightningFS from '@isomorphic-git/lightning-fs';
import { configureSingle, promises as zen } from '@zenfs/core';
import { IndexedDB } from '@zenfs/dom';

type Files = (count: number, data: Uint8Array) => Promise<void>;

const zenfs: Files = async (count, data) => {
  await configureSingle({ backend: IndexedDB, storeName: `zen-${Date.now()}` });
  await zen.mkdir('/d');
  for (let i = 0; i < count; i++) await zen.writeFile(`/d/${i}`, data);
  await zen.stat(`/d/${count - 1}`);
};

const lightning: Files = async (count, data) => {
  const fs = new LightningFS(`lightning-${Date.now()}`).promises;
  await fs.mkdir('/d');
  for (let i = 0; i < count; i++) await fs.writeFile(`/d/${i}`, data);
  await fs.flush();
};

export const keepers: { readonly [peer: string]: Files } = {
  'zenfs IndexedDB': zenfs,
  'lightning-fs': lightning,
};
