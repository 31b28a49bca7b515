import session from 'express-session';

/*
 * Loaded before the server of an example. Its sessions are then stored as late as on a remote store that is busy, so a
 * redirect that does not wait for `req.session.save` arrives before them.
 */

const DELAY_MS = 300;

const { MemoryStore } = session;
const { set } = MemoryStore.prototype;
MemoryStore.prototype.set = function (id, value, done) {
  const content = JSON.parse(JSON.stringify(value));
  setTimeout(() => set.call(this, id, content, done), DELAY_MS);
};
