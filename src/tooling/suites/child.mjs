/** A process that answers one message at a time, and is started again where it hangs or ends. */
import { fork } from 'node:child_process';

export class Child {
  #url;
  #process;

  constructor(url) {
    this.#url = url;
  }

  /** The answer; `{ hangs: true }` after `wall` ms without one; `{ crashed: reason }` where the process ended. */
  async ask(message, wall) {
    this.#process ??= await this.#start();
    const own = this.#process;
    return new Promise((resolve) => {
      const done = (answer) => {
        clearTimeout(timer);
        own.removeAllListeners();
        if (answer.hangs || answer.crashed) this.end();
        resolve(answer);
      };
      const timer = setTimeout(() => done({ hangs: true }), wall);
      own.once('message', done);
      own.once('exit', (code) => done({ crashed: `the process ended with ${code}` }));
      own.send(message);
    });
  }

  end() {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  #start() {
    const child = fork(this.#url, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    return new Promise((resolve) => child.once('message', () => resolve(child)));
  }
}
