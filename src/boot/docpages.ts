/** The pages of `/lib/doc`: what a person or an agent reads to use the page. */
import agents from '../docs/agents.md?raw';
import api from '../docs/api.md?raw';
import concepts from '../docs/concepts.md?raw';
import fileService from '../docs/write-a-file-service.md?raw';
import wasiProgram from '../docs/write-a-wasi-program.md?raw';

export const docPages: { readonly [name: string]: string } = {
  'agents.md': agents,
  'api.md': api,
  'concepts.md': concepts,
  'write-a-file-service.md': fileService,
  'write-a-wasi-program.md': wasiProgram,
};
