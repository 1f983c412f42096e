// Starts the bridge: the real core, in a temporary folder, with keys in memory, behind HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BRIDGE = process.env['BRIDGE_BIN'] ?? fileURLToPath(new URL('../../../target/debug/bridge', import.meta.url));

export interface Bridge {
  url: string;
  stop(): Promise<void>;
}

export async function startBridge(more: string[] = []): Promise<Bridge> {
  const child = spawn(BRIDGE, ['--port', '0', ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void exited.then(([status]) => reject(new Error(`the bridge ended with ${String(status)}: ${errors}`)));
    createInterface(child.stdout).once('line', (line) => {
      resolve((JSON.parse(line) as { listening: string }).listening);
    });
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      // It lets open event streams end first; nobody waits for that longer than this.
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(late);
    },
  };
}
