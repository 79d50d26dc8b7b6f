/** Starts the kernel worker, gives its client to `window.oanix` and to the UI, and renders. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './ui/styles/index.css';
import { createRoot } from 'react-dom/client';
import { isolate } from './boot/isolation.ts';
import type { Oanix } from './boot/oanix.ts';
import { keepPage } from './boot/offline.ts';
import { Page } from './boot/page.ts';
import { App } from './ui/App.tsx';
import { type CommandsApi, commandsApi, offerTools } from './ui/commands/api.ts';
import { keepDrafts } from './ui/editor/keptdrafts.ts';
import { isEmbedded, isFramedAsIs } from './ui/embed.ts';
import { tellCaught } from './ui/leaving.ts';
import { Framed } from './ui/panels/Framed.tsx';
import { startSession } from './ui/session.ts';
import { loadSettings } from './ui/settings.ts';
import { loadSizes } from './ui/sizes.ts';
import { useApp } from './ui/store.ts';

declare global {
  interface Window {
    oanix: Oanix & { readonly commands: CommandsApi };
  }
}

async function startPage(): Promise<void> {
  const query = new URLSearchParams(location.search);
  if (query.get('rung') !== 'jspi') await isolate();
  const page = new Page({ safe: query.has('safe'), fleeting: isEmbedded });
  window.oanix = Object.assign(page.oanix, { commands: commandsApi });
  loadSettings();
  loadSizes();
  offerTools();
  keepDrafts();
  void startSession(page);
  if (!isEmbedded) keepPage((takeOver) => useApp.setState({ takeOver }));
}

if (!isFramedAsIs) await startPage();
createRoot(document.getElementById('root') as HTMLElement, { onCaughtError: tellCaught }).render(
  isFramedAsIs ? <Framed /> : <App />,
);
