/** Jobs that wait, in the order in which they are to run: higher priority first, then as they were submitted. */
import type { Job } from './jobs.ts';

export class Waiting implements Iterable<Job> {
  #jobs: Job[] = [];

  get size(): number {
    return this.#jobs.length;
  }

  /** What is taken out meanwhile is still among them. */
  [Symbol.iterator](): Iterator<Job> {
    return [...this.#jobs][Symbol.iterator]();
  }

  /** The first that is ready. */
  find(isReady: (job: Job) => boolean): Job | undefined {
    return this.#jobs.find(isReady);
  }

  add(job: Job): void {
    const { seq, spec } = job;
    const goesBefore = (other: Job): boolean =>
      other.spec.priority > spec.priority ||
      (other.spec.priority === spec.priority && other.seq < seq);
    let low = 0;
    let high = this.#jobs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (goesBefore(this.#jobs[middle] as Job)) low = middle + 1;
      else high = middle;
    }
    this.#jobs.splice(low, 0, job);
  }

  remove(id: string): void {
    const at = this.#jobs.findIndex((job) => job.id === id);
    if (at >= 0) this.#jobs.splice(at, 1);
  }
}
