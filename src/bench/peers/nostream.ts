/** memfs subclasses these when it is loaded; the workload uses no streams. */
const refuse = (): never => {
  throw new Error('streams are not part of the workload');
};
export function Readable(): void {
  refuse();
}
export function Writable(): void {
  refuse();
}
