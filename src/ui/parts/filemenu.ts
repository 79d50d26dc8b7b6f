/** The menu of what is chosen among files. */
import { set } from '../store.ts';

const ofOne = [
  'view.beside',
  'program.run',
  '',
  'file.rename',
  'file.duplicate',
  'file.copy',
  'file.cut',
  'file.paste',
  '',
  'file.download',
  'file.extract',
  'archive.names',
  'file.compress-zip',
  'trash.restore',
  'file.trash',
  'file.deleteForever',
  '',
  'file.undo',
  'inspector.toggle',
];
const ofNone = [
  'file.new',
  'file.newFolder',
  'file.upload',
  'file.uploadFolder',
  '',
  'file.paste',
  'file.markAll',
  'file.export',
  'terminal.here',
  '',
  'file.undo',
  'file.redo',
];

export function showFileMenu(x: number, y: number, isOfSomething: boolean): void {
  set({
    menu: {
      label: isOfSomething ? 'What to do with it' : 'What to do here',
      x,
      y,
      commands: isOfSomething ? ofOne : ofNone,
    },
  });
}
