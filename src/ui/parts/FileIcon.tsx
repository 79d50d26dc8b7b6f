import { Box, File, FileText, Folder, FolderOpen, Link } from 'lucide-react';
import type { Kind } from '../../kernel/service.ts';
import { isProgram } from '../text.ts';

const textual = /\.(txt|md|json|jsonl|c|h|rs|ts|js|py|toml|yaml|yml|html|css|log|sh|csv|xml|wat)$/i;

/** The icon of an entry, by kind and name. */
export function FileIcon({
  name,
  kind,
  open = false,
}: {
  name: string;
  kind: Kind;
  open?: boolean;
}) {
  const common = { size: 15, 'aria-hidden': true } as const;
  if (kind === 'dir')
    return open ? (
      <FolderOpen {...common} className="dir" />
    ) : (
      <Folder {...common} className="dir" />
    );
  if (kind === 'symlink') return <Link {...common} />;
  if (isProgram(name)) return <Box {...common} className="wasm" />;
  return textual.test(name) ? <FileText {...common} /> : <File {...common} />;
}
