/** Pages of other origins, which show OANIX in frames. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of another origin with a frame for each address in it; isolated where it is to be. */
export async function docs(addresses: readonly string[], isolated: boolean) {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    response.end(
      `<!doctype html><title>Docs</title><link rel="icon" href="data:,">${addresses
        .map(
          (address) =>
            `<iframe title="OANIX" src="${address}" allow="cross-origin-isolated" style="width:900px;height:600px"></iframe>`,
        )
        .join('')}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    end: () => server.close(),
  };
}
