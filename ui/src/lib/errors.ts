// Errors as the UI shows them: whatever was thrown becomes an `AppError`.
import type { AppError } from '../bindings/AppError';

export function asAppError(thrown: unknown): AppError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    return thrown as AppError;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, hint: 'Try again; if it stays, restart the app.' };
}

/** `key "x" is not …` → `Key "x" is not ….`: messages of the core's layers are lower-case and open, sentences are not. */
export function sentence(text: string): string {
  const upper = capital(text);
  return /[.!?…:]$/.test(upper) ? upper : `${upper}.`;
}

/** The same words, the first letter large. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What happened and what to do, in one line. */
export function inOneLine(error: AppError): string {
  return error.hint === null ? sentence(error.message) : `${sentence(error.message)} ${sentence(error.hint)}`;
}
