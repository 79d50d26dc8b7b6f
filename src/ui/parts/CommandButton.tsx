/** A button that does a command: its keys are told, and it is off while there is nothing to do. */
import type { LucideIcon } from 'lucide-react';
import { showKeys } from '../commands/keys.ts';
import { commandOf, keysOf, perform } from '../commands/table.ts';
import { Button, type ButtonProps } from './Button.tsx';

export function CommandButton({
  id,
  label,
  ...rest
}: { id: string; label?: string; icon?: LucideIcon } & Omit<
  ButtonProps,
  'label' | 'onClick' | 'keys'
>) {
  const command = commandOf(id);
  if (!command) return null;
  const keys = keysOf(command);
  return (
    <Button
      {...rest}
      label={label ?? command.title}
      {...(keys ? { keys: showKeys(keys) } : {})}
      onClick={() => perform(id)}
    />
  );
}
