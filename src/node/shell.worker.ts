/** The script of a shell's thread under Node. */
import { serveShell } from '../shell/serve.ts';
import type { Thread } from './threads.ts';

declare const thread: Thread;

thread.listen((port) => serveShell(port as MessagePort, () => thread.breathe()));
