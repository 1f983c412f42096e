// Consent: which question is asked, and what an answer leaves.
import { describe, expect, test } from 'vitest';
import { consentQuestion, consentView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import { asker, recommended } from './consent.svelte';

describe('consent', () => {
  test('the oldest question is asked first, and an answer makes room for the next', async () => {
    const { app } = await startApp((host) => {
      host.consent = { ...consentView(), on: true, questions: [consentQuestion(1), { ...consentQuestion(2), n_waiting: 4 }] };
    });
    expect(app.consent.question?.number).toBe(1);
    expect(app.consent.waiting).toBe(5);
    await app.consent.answer(1, 'once');
    expect(app.consent.question?.number).toBe(2);
  });

  test('an older view does not bring back a question that was answered', async () => {
    const { app } = await startApp();
    app.consent.take({ ...consentView(), revision: 7 });
    app.consent.take({ ...consentView(), revision: 6, questions: [consentQuestion(1)] });
    expect(app.consent.question).toBeNull();
  });

  test('the least that serves is put forward, and nothing for a page that is not in the list', () => {
    expect(recommended({ kind: 'page' })).toBe('once');
    expect(recommended({ kind: 'program' })).toBe('once');
    expect(recommended({ kind: 'unlisted_page' })).toBe('deny');
  });

  test('a program without a token is not called by a name that it gave itself', () => {
    expect(asker({ kind: 'program', name: '' })).toBe('A program without a named token');
  });
});
