/** HttpFs: HTTP as files. A request is written, its response is read; or a clone directory streams both ways. */
import { Clones } from '../../kernel/clone.ts';
import { fail } from '../../kernel/errors.ts';
import {
  type ComputedDir,
  type ComputedFile,
  type ComputedNode,
  fixedDir,
  jsonFile,
  TreeService,
} from '../../kernel/filetree.ts';
import { jsonHandle } from '../../kernel/jsoncontrol.ts';
import type { Path } from '../../kernel/path.ts';
import type { ServiceSpec } from '../../kernel/service.ts';
import { Conversation } from './conversation.ts';
import type { EventsHost } from './events.ts';
import type { HttpRequests } from './requests.ts';

export interface HttpFsHost extends EventsHost {
  readonly requests: HttpRequests;
}

/** Clone directories at once. */
const CONVERSATIONS_MAX = 256;
/** A request as JSON: base64 is a third longer than its bytes. */
const jsonBytes = (bytes: number): number => Math.ceil(bytes * 1.4) + 65_536;

export class HttpFs extends TreeService {
  readonly #requests: HttpRequests;

  constructor(host: HttpFsHost, spec: ServiceSpec = { kind: 'http' }) {
    super(spec, new HttpTree(host));
    this.#requests = host.requests;
  }

  /** What waits is cancelled, what is answered is forgotten. */
  async remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    const [dir, name = '', ...more] = path;
    const id = name.replace(/\.json$/, '');
    await this.stat(path);
    if (kind === 'dir') fail('EBUSY', 'a control directory stays');
    if (more.length > 0 || (dir !== 'pending' && dir !== 'responses'))
      fail('EACCES', 'only pending requests and responses are removed');
    if (dir === 'pending') this.#requests.get(id).cancel();
    else this.#requests.forget(id);
  }
}

class HttpTree implements ComputedDir {
  readonly #host: HttpFsHost;
  readonly #fixed: ComputedDir;
  readonly #conversations: Clones;

  constructor(host: HttpFsHost) {
    this.#host = host;
    const { requests } = host;
    this.#conversations = new Clones(
      CONVERSATIONS_MAX,
      (number, gone) => new Conversation(number, { ...host, gone }),
    );
    const id = (name: string): string | undefined => /^(.*)\.json$/.exec(name)?.[1];
    this.#fixed = fixedDir({
      request: {
        may: 'both',
        open: (mode) =>
          jsonHandle(mode, jsonBytes(requests.gate.policy.bytes.request), (value) => ({
            id: requests.submit(value),
          })),
      },
      pending: {
        names: () => requests.ids(false).map((each) => `${each}.json`),
        at: (name) => this.#if(id(name), false, (each) => requests.shown(requests.get(each))),
      },
      responses: {
        names: () => requests.ids(true).map((each) => `${each}.json`),
        at: (name) => this.#if(id(name), true, (each) => requests.response(each)),
      },
      wait: {
        names: () => [...requests.ids(false), ...requests.ids(true)],
        at: (each) => (requests.has(each) ? this.#wait(each) : undefined),
      },
      status: jsonFile(() => requests.status),
      clone: this.#conversations.file,
    });
  }

  names(): readonly string[] {
    return [...this.#fixed.names(), ...this.#conversations.names()];
  }

  at(name: string): ComputedNode | undefined {
    return this.#conversations.at(name) ?? this.#fixed.at(name);
  }

  #if(
    id: string | undefined,
    isOver: boolean,
    tell: (id: string) => object,
  ): ComputedFile | undefined {
    const { requests } = this.#host;
    if (id === undefined || !requests.has(id) || requests.get(id).isOver !== isOver)
      return undefined;
    return jsonFile(() => tell(id));
  }

  #wait(id: string): ComputedFile {
    const { requests } = this.#host;
    return jsonFile(async (signal) => {
      await requests.wait(id, signal);
      return requests.response(id);
    });
  }
}
