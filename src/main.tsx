import { Page } from './boot/page.ts';
const page = new Page(false);
page.on((e) => console.log(JSON.stringify(e, (_k, v) => typeof v === 'bigint' ? String(v) : v)));
(window as any).oanix = page.oanix;
