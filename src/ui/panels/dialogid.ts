/** The id of the dialog that a component is part of: it closes this dialog and no other. */
import { createContext, useContext } from 'react';
import { closeDialog } from '../dialogs.ts';

export const DialogId = createContext(0);

export function useClose(): () => void {
  const id = useContext(DialogId);
  return () => closeDialog(id);
}
