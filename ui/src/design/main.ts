// Mounts the page that shows every primitive in every state.
import { mount } from 'svelte';
import { applyTheme, followSystem } from '../state/theme';
import '../styles/app.css';
import Design from './Design.svelte';
import { forceStates } from './forced_states';

applyTheme('system');
followSystem();
const target = document.getElementById('app');
if (target === null) {
  throw new Error('design.html has no #app');
}
mount(Design, { target });
forceStates();
