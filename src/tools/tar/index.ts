/** tar(1), as GNU tar 1.34 has it. */
import type { Tool } from '../host.ts';
import { Choice } from './choice.ts';
import { usageError } from './commandline.ts';
import { compare } from './compare.ts';
import { append, create } from './create.ts';
import { extract } from './extract.ts';
import { bare } from './member.ts';
import { stripped } from './names.ts';
import { tarOptions } from './options.ts';
import { Session } from './session.ts';

export const tar: Tool = async (host) => {
  const options = await tarOptions(host);
  const session = new Session(host, options);
  if (options.operation === 'c' && options.names.length === 0)
    usageError('Cowardly refusing to create an empty archive');
  await operations[options.operation](session);
  if (session.status === 2)
    await session.warn('Exiting with failure status due to previous errors');
  return session.status;
};

async function list(session: Session): Promise<void> {
  const choice = new Choice(session);
  const { verbose, archive, strip, showsTransformed } = session.options;
  await choice.begin();
  await session.read(archive, async (reader) => {
    for (let member = await reader.next(); member; member = await reader.next()) {
      await session.host.checkpoint();
      if (choice.dirOf(member) === undefined) continue;
      const short = stripped(member.name, strip);
      if (short === undefined && strip > 0 && showsTransformed) continue;
      const safe = await session.safe(short ?? member.name, 'member names');
      const slash = member.name.endsWith('/') ? '/' : '';
      const name = showsTransformed ? bare(safe) + slash : member.name;
      await session.tell(member, verbose + 1, name);
    }
  });
  await choice.end();
}

const operations = {
  A: append,
  c: create,
  d: compare,
  r: append,
  t: list,
  u: append,
  x: extract,
} as const;
