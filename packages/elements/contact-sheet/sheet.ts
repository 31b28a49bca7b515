import '../src/index.ts';
import { settingsLooks } from '../src/testing/settings-states.ts';
import { looks, stand } from '../src/testing/states.ts';

/** Shows one element in one state, for example `?look=totp&lang=nl`. */
const query = new URLSearchParams(location.search);
const name = query.get('look') ?? 'first-username';
const look = { ...looks, ...settingsLooks }[name];
document.documentElement.lang = query.get('lang') ?? 'en';
if (query.has('dir')) document.documentElement.dir = query.get('dir') ?? '';
if (query.has('text')) document.documentElement.style.fontSize = query.get('text') ?? '';
if (look) await stand(look, document.body);
document.documentElement.dataset.ready = '';
