/** The programs of /bin, as src/programs/build.sh made them: name and size in bytes. */
export const programs: readonly { readonly name: string; readonly size: number }[] = [
  { name: 'hello-wasi.wasm', size: 38727 },
];
