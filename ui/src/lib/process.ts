// A program that runs on this machine, by what it calls itself and its number.
import type { ProcessView } from '../bindings/ProcessView';

export function processName({ name, pid }: ProcessView): string {
  return name === '' ? `process ${pid}` : `${name} (process ${pid})`;
}
