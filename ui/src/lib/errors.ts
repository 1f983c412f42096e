// Errors as the UI shows them: whatever was thrown becomes an `AppError`.
import type { AppError } from '../bindings/AppError';
import type { Code } from '../bindings/Code';

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

/** What to do now, where the core has not said it more exactly: no error is a dead end. */
const WHAT_NOW: Record<Code, string> = {
  not_recognized: 'Paste a Payload, a list of Payloads, an Event History or base64.',
  payload_damaged: 'Copy it again from where it comes from; it may have been cut.',
  cancelled: 'Start again when you want it.',
  document_closed: 'Open the document again.',
  keychain_unavailable: 'Unlock the keychain, and press Retry in Keys.',
  locked: 'Unlock the app first.',
  session_keys: 'Keep these keys in the keychain or in a bundle, or choose to forget them.',
  duplicate_key: 'Choose another id, or rename the key that has it.',
  bad_key_material: 'Check the spelling that was chosen: hex, base64 or text, of 16, 24 or 32 bytes.',
  key_not_found: 'Look in Keys; it may have been removed or renamed.',
  key_in_use: 'Let another key take its place first, or retire it.',
  invalid_format: 'Look at the spec, or start from a format of the gallery.',
  not_encoded: 'Choose the key that encodes, in Keys or in the profile.',
  command: 'Run the command in a terminal to see what it says.',
  passphrase: 'Type it again; Caps Lock may be on.',
  preview_gone: 'Look at it once more, and confirm then.',
  port_in_use: 'Choose another port, or end the other program.',
  request_gone: 'It is too old to be kept; send the request again.',
  not_captured: 'Switch capturing on, and send the request again.',
  not_serving: 'Start the Codec Server first.',
  invalid_origin: 'Write it as it stands in the address bar: scheme, host and port.',
  invalid_setting: 'Choose another value; the one before is still in force.',
  file_changed: 'Look at the change again; the file is another one now.',
  unproven: 'See whether the Codec Server runs, and try again.',
  file: 'Choose another file or folder, or look at its permissions.',
  desktop: 'Do it in your system’s own settings or file manager.',
  bad_link: 'Copy the Payload itself, and paste it into the Inspector.',
  bad_request: 'Try again; if it stays, restart the app.',
  internal: 'Try again; if it stays, restart the app.',
};

/** What to do about an error. */
export function whatNow(error: AppError): string {
  // A code of a newer core is not in the list.
  return error.hint ?? WHAT_NOW[error.code] ?? WHAT_NOW.internal;
}
