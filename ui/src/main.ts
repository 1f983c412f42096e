// Chooses the host, makes the state, mounts the page.
import { mount } from 'svelte';
import App from './App.svelte';
import { chooseHost, type Host } from './host';
import { AppState } from './state/app.svelte';
import { applyTheme, followSystem } from './state/theme';
import './styles/app.css';

// Before anything is drawn; the settings correct it a moment later.
applyTheme('system');
followSystem();

async function host(): Promise<Host> {
  // For `npm run dev` without a core: /?fake. The production build does not contain it.
  if (import.meta.env.DEV && location.search === '?fake') {
    return new (await import('./testing/fake_host')).FakeHost();
  }
  return chooseHost();
}

const target = document.getElementById('app');
if (target === null) {
  throw new Error('index.html has no #app');
}
const app = new AppState(await host());
mount(App, { target, props: { app } });
await app.start();
// What a user waits for: the frame with the first view is drawn when the next one begins. `cargo xtask bench` reads it.
requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('usable')));
