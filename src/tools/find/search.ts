/** One run of find(1): its options, its output and what its expression changes on the way. */
import type { Host } from '../host.ts';
import { warn } from '../stdio.ts';
import type { Follow } from './found.ts';
import { Outputs } from './outputs.ts';

const DAY = 86_400_000_000_000n;

export class Search {
  readonly host: Host;
  readonly outputs: Outputs;
  /** When it began, in nanoseconds since 1970. */
  readonly now = BigInt(Date.now()) * 1_000_000n;
  /** A day before the moment that ages are counted from. */
  dayBefore = this.now - DAY;
  follow: Follow = 'none';
  leastDepth = 0;
  mostDepth = Number.POSITIVE_INFINITY;
  /** A directory comes after its entries. */
  isDepthFirst = false;
  isOneDevice = false;
  warns: boolean;
  regexType = 'findutils-default';
  /** -quit was met. */
  isOver = false;
  status = 0;
  /** What is left to do at the end. */
  readonly atEnd: (() => Promise<void>)[] = [];

  constructor(host: Host) {
    this.host = host;
    this.outputs = new Outputs(host);
    this.warns = host.isTerminal(0);
  }

  async fail(message: string): Promise<void> {
    this.status = 1;
    await this.outputs.flush();
    await warn(this.host, message);
  }
}
