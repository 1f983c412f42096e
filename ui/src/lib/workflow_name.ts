// The Workflow that a text is about, where it is no Event History but says so: what `temporal workflow describe -o json` prints, a
// Visibility record, the body of a request.
import { INVISIBLE } from './invisible_characters';

/** The text that is looked at: ids stand at the beginning of such documents. */
const MOST = 20_000;
const ID = /"workflow_?id"\s*:\s*"([^"\\]{1,200})"/i;
const TYPE = /"(?:workflow_?)?type"\s*:\s*\{\s*"name"\s*:\s*"([^"\\]{1,200})"/i;

/** `OrderWorkflow · order-1042`; nothing where the text names none, or more than one. */
export function workflowName(text: string): string | undefined {
  const start = text.slice(0, MOST);
  const ids = new Set([...start.matchAll(new RegExp(ID, 'gi'))].map(([, id]) => id));
  const [id] = ids;
  if (ids.size !== 1 || id === undefined) {
    return undefined;
  }
  const name = [TYPE.exec(start)?.[1], id].filter(Boolean).join(' · ');
  // What cannot be seen would make it look like another one.
  return name.search(INVISIBLE) === -1 && !/\p{C}/u.test(name) ? name : undefined;
}
