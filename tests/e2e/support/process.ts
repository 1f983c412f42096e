// A program that a test starts: its lines of JSON one by one, what it is told, and its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Process {
  /** Writes a line to it. */
  tell(line: string): void;
  /** Its next line of JSON. */
  next<T>(): Promise<T>;
  /** What it said on standard error until now. */
  errors(): string;
  stop(): Promise<void>;
}

export function start(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Process {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    tell: (line) => void child.stdin.write(`${line}\n`),
    async next<T>() {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`${command} ended: ${errors}`);
        // Libraries print advice there, too.
        if (line.value.startsWith('{')) return JSON.parse(line.value) as T;
      }
    },
    errors: () => errors,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
