// npm run soak -- --minutes N: an hour of scripted use, after which the memory must be where it was.
import { parseArgs } from 'node:util';
import { tell } from './stories.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
tell('soak.spec.ts', { SOAK_MINUTES: values.minutes });
