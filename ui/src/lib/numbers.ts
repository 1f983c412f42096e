// Sizes and counts as people read them.

/** `1` → `1 byte`, `1536` → `1.5 kB`: decimal units, as Temporal's own UI writes them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) {
    return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  }
  const units = ['kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 'kB';
  for (unit of units) {
    value /= 1000;
    if (value < 999.5) {
      break;
    }
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 Payload`, `3 Payloads`. */
export function count(n: number, word: string): string {
  return `${n.toLocaleString('en-US')} ${word}${n === 1 ? '' : 's'}`;
}
