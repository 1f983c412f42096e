// Times and durations for people, in the local time zone.

const two = (n: number) => String(n).padStart(2, '0');

/** `14:03:27` */
export function timeOfDay(rfc3339: string): string {
  const time = new Date(rfc3339);
  return Number.isNaN(time.getTime()) ? rfc3339 : `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** `14:03:27.081` */
export function clock(rfc3339: string): string {
  const time = new Date(rfc3339);
  if (Number.isNaN(time.getTime())) {
    return rfc3339;
  }
  return `${timeOfDay(rfc3339)}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-24 14:03` */
export function dateTime(rfc3339: string): string {
  const time = new Date(rfc3339);
  if (Number.isNaN(time.getTime())) {
    return rfc3339;
  }
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** `420 µs`, `3.2 ms`, `1.40 s` */
export function duration(micros: number): string {
  if (micros < 1000) {
    return `${micros} µs`;
  }
  if (micros < 1_000_000) {
    return `${(micros / 1000).toFixed(1)} ms`;
  }
  return `${(micros / 1_000_000).toFixed(2)} s`;
}

/** How long something took, from milliseconds: `420 ms`, `3.2 s`, `4 min 10 s`, `3 h 2 min`. */
export function elapsed(millis: number): string {
  if (millis < 1000) {
    return `${Math.round(millis)} ms`;
  }
  if (millis < 60_000) {
    return `${(millis / 1000).toFixed(1)} s`;
  }
  // It does not go on: a part that is nothing says nothing.
  return uptime(new Date(0).toISOString(), millis).replace(/ 0 (s|min|h)$/, '');
}

/** `12 s`, `4 min 10 s`, `3 h 2 min`, `2 d 5 h` */
export function uptime(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - new Date(since).getTime()) / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) {
    return `${seconds} s`;
  }
  if (hours === 0) {
    return `${minutes} min ${seconds % 60} s`;
  }
  if (hours < 24) {
    return `${hours} h ${minutes % 60} min`;
  }
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
