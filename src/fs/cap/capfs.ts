/** CapFs: how the network of a namespace stands, as one file beside its capabilities. */
import { fixedDir, jsonFile, TreeService } from '../../kernel/filetree.ts';
import type { ServiceSpec } from '../../kernel/service.ts';

export class CapFs extends TreeService {
  constructor(health: () => object, spec: ServiceSpec = { kind: 'cap' }) {
    super(spec, fixedDir({ status: jsonFile(health) }));
  }
}
