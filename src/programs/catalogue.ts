/** The programs of /bin, as src/programs/build.sh made them: name and size in bytes. */
export const programs: readonly { readonly name: string; readonly size: number }[] = [
  { name: 'agent.wasm', size: 48270 },
  { name: 'cat.wasm', size: 29938 },
  { name: 'courier.wasm', size: 36962 },
  { name: 'fetch.wasm', size: 55938 },
  { name: 'hello-wasi.wasm', size: 38727 },
  { name: 'hostile.wasm', size: 51867 },
  { name: 'jq.wasm', size: 1046534 },
  { name: 'life.wasm', size: 50267 },
  { name: 'stress.wasm', size: 87571 },
  { name: 'sum.wasm', size: 28450 },
  { name: 'wc.wasm', size: 31135 },
];
