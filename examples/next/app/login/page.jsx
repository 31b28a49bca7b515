import { renderLoginContent } from '@tweestap/elements/server.js';
import { headers } from 'next/headers';
import { Login } from './login.jsx';

const options = { lang: 'en', organisation: 'de-linde' };

export default async function Page({ searchParams }) {
  const returnTo = (await searchParams)['return-to'] ?? '/private';
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return <Login {...options} returnTo={returnTo} serverContent={renderLoginContent({ ...options, nonce })} />;
}
