import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { passwordPage, secondStepPage, usernamePage } from './pages.js';
import { addUser, userOf, verifiedUser } from './users.js';

const port = Number(process.env.PORT ?? 3000);
const origin = `http://localhost:${port}`;
await addUser('anna', 'correct horse battery');
await addUser('bob', 'another horse battery');

const tweestap = await createTweestap({
  database: process.env.TWEESTAP_DATABASE ?? '',
  encryptionKeys: process.env.TWEESTAP_ENCRYPTION_KEYS ?? '',
  baseUrl: origin,
  organisations: [{ id: 'de-linde', name: 'De Linde' }],
});

// Passport knows the users and their passwords. Tweestap never sees a password.
passport.use(
  new Strategy((login, password, done) => {
    verifiedUser(login, password).then((user) => done(null, user ?? false), done);
  }),
);
passport.serializeUser((user, done) => done(null, user.nr));
passport.deserializeUser((nr, done) => done(null, userOf(nr) ?? false));

const app = express();
app.use(tweestap.router);
app.use(
  '/elements',
  express.static(fileURLToPath(new URL('.', import.meta.resolve('@tweestap/elements/mfa-login.js')))),
);
// These sessions are in memory and end with the process, so the secret may be a new one at each start.
const secret = process.env.SESSION_SECRET ?? randomBytes(32).toString('hex');
app.use(session({ secret, resave: false, saveUninitialized: false }));
app.use(passport.session());
app.use(express.urlencoded());

app.get('/login', (req, res) => {
  const { username } = req.query;
  res.send(typeof username === 'string' ? passwordPage(username) : usernamePage('wrong' in req.query));
});

// `session: false`: a correct password alone makes no session.
const checkPassword = passport.authenticate('local', { session: false, failureRedirect: '/login?wrong' });
app.post('/login', checkPassword, async (req, res, next) => {
  const { nr, login } = req.user;
  const { flow, isDone } = await tweestap.beginFor(String(nr), {
    organisation: 'de-linde',
    user: { username: login },
    returnTo: `${origin}/finish`,
    request: req,
    response: res,
  });
  req.session.pending = { userId: String(nr), flow };
  // The session is stored before the browser follows the redirect.
  req.session.save((error) => (error ? next(error) : res.redirect(303, isDone ? '/finish' : '/second-step')));
});

app.get('/second-step', (_req, res) => res.send(secondStepPage));

app.get('/finish', async (req, res, next) => {
  const { pending } = req.session;
  const login = pending && (await tweestap.completed(req, pending));
  if (!login) return res.redirect(303, '/login');
  // Gives the session a new id, which has no pending login.
  req.logIn(userOf(Number(login.userId)), (error) => (error ? next(error) : res.redirect(303, '/')));
});

const requireUser = (req, res, next) => (req.isAuthenticated() ? next() : res.redirect(303, '/login'));
app.get('/', requireUser, (req, res) => res.send(`Hello ${req.user.login}`));

app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(origin);
});
