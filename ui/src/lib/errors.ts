// Errors as the UI shows them: whatever was thrown becomes an `AppError`.
import type { AppError } from '../bindings/AppError';

export function asAppError(thrown: unknown): AppError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    return thrown as AppError;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, hint: 'Try again. If it happens again, restart Temporal Codec Desktop.' };
}

/** `key "x" is not …` → `Key "x" is not ….`: messages of the core's layers are lower-case and open, sentences are not. */
export function sentence(text: string): string {
  const upper = capital(text);
  return /[.!?…:]$/.test(upper) ? upper : `${upper}.`;
}

/** The same words, the first letter large; a name that they start with, such as `json/plain`, stays as it is. */
export function capital(text: string): string {
  return /^[\p{L}’'\-,:;]+( |$)/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** What happened and what to do, in one line. */
export function inOneLine(error: AppError): string {
  return `${sentence(error.message)} ${sentence(error.hint)}`;
}
