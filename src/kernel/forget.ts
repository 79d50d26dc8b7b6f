/** Of what is kept for who asks later: the oldest that are over go, until there are at most so many. */
export function forgetOver(all: Map<string, { readonly isOver: boolean }>, most: number): void {
  for (const [id, { isOver }] of all) {
    if (all.size <= most) return;
    if (isOver) all.delete(id);
  }
}
