/** The script of a program's thread under Node: it runs one guest. */
import { type GuestStart, runGuest } from '../wasi/guest.ts';
import type { Thread } from './threads.ts';

declare const thread: Thread;

thread.listen((start) => {
  void Promise.resolve(runGuest(start as GuestStart)).then((end) => thread.post(end));
});
