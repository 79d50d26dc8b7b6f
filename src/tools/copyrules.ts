/** How cp, mv and install copy. */
import type { Backup } from './backup.ts';

export interface CopyRules {
  readonly recursive: boolean;
  /** Which links are followed: all, those of the command line, none. */
  readonly follow: 'all' | 'operands' | 'none';
  readonly keepsTimes: boolean;
  /** `default`: copies get the mode of new files; `masked`: the mode of the source without what umask(2) takes. */
  readonly mode: 'kept' | 'masked' | 'default';
  /** Files with several names get several names. */
  readonly keepsLinks: boolean;
  readonly way: 'copy' | 'link' | 'symlink' | 'attributes';
  readonly overwrite: 'yes' | 'no' | 'ask';
  /** Only what is newer is copied. */
  readonly updates: boolean;
  /** A file that cannot be opened for writing is removed first. */
  readonly force: boolean;
  readonly removesFirst: boolean;
  readonly verbose: boolean;
  readonly isOneDevice: boolean;
  /** Sources are renamed where that is possible. */
  readonly moves: boolean;
  readonly backup: Backup | undefined;
}
