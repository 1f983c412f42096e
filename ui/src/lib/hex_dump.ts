// Bytes as lines of a hex dump, each part by itself and every byte in its column.

interface Part {
  name: string;
  start: number;
  len: number;
}
interface Chunk {
  start: number;
  hex: string;
}

export interface HexLine {
  /** Where its first byte stands, eight digits. */
  offset: string;
  /** Two digits a byte; room where bytes of another part stand. */
  hex: string;
  ascii: string;
}
export interface HexGroup {
  name: string;
  /** Of the whole part. */
  len: number;
  /** `0–11 · 12 bytes` */
  range: string;
  /** Bytes before this group that are not shown. */
  skipped: number;
  lines: HexLine[];
}

const LINE = 16;

/** The bytes that are shown, part by part. A part that is cut in the middle comes twice. */
export function linesOf(parts: readonly Part[], chunks: readonly Chunk[]): HexGroup[] {
  const groups: HexGroup[] = [];
  let end = 0;
  for (const chunk of chunks) {
    const last = chunk.start + chunk.hex.length / 2;
    let skipped = chunk.start - end;
    for (const part of parts) {
      const from = Math.max(part.start, chunk.start);
      const to = Math.min(part.start + part.len, last);
      if (from < to) {
        const lines = dump(chunk, from, to);
        groups.push({ name: part.name, len: part.len, range: rangeOf(part), skipped, lines });
        skipped = 0;
      }
    }
    end = last;
  }
  return groups;
}

function rangeOf({ start, len }: Part): string {
  const bytes = `${len.toLocaleString('en-US')} byte${len === 1 ? '' : 's'}`;
  return `${start}${len > 1 ? `–${start + len - 1}` : ''} · ${bytes}`;
}

function dump(chunk: Chunk, from: number, to: number): HexLine[] {
  const lines: HexLine[] = [];
  for (let line = Math.floor(from / LINE) * LINE; line < to; line += LINE) {
    let hex = '';
    let ascii = '';
    for (let at = line; at < line + LINE; at += 1) {
      const digits = at >= from && at < to ? chunk.hex.slice((at - chunk.start) * 2, (at - chunk.start) * 2 + 2) : '';
      const code = parseInt(digits, 16);
      hex += `${digits.padEnd(2)} ${at === line + LINE / 2 - 1 ? ' ' : ''}`;
      ascii += digits === '' ? ' ' : code >= 0x20 && code <= 0x7e ? String.fromCharCode(code) : '.';
    }
    lines.push({ offset: line.toString(16).padStart(8, '0'), hex, ascii });
  }
  return lines;
}
